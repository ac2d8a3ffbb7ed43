"""What tables and columns are called in each language, and the messages about translation files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from organizations.client.exchange import SLOW
from organizations.client.session import Session
from organizations.errors import OrganizationUnavailable

TABLES_AT_ONCE = 10  # names in one filter: the address stays short
NAME, PLURAL = "DisplayName", "DisplayCollectionName"


@dataclass(frozen=True)
class SeenText:
    """A text as the organization shows it. ``is_managed``: a solution's; False: somebody changed it there."""

    text: str
    is_managed: bool


@dataclass(frozen=True)
class SeenTexts:
    """What a table or a column is called: kind (:data:`NAME`, :data:`PLURAL`) and LCID -> text."""

    texts: Mapping[tuple[str, int], SeenText]


class Describing:
    """The part of the client that deals with names in many languages."""

    session: Session

    def table_texts(self, tables: Sequence[str]) -> dict[str, SeenTexts]:
        """The texts of those tables that are there and of their columns, by ``table`` and ``table.column``."""
        found: dict[str, SeenTexts] = {}
        for start in range(0, len(tables), TABLES_AT_ONCE):
            for definition in self._definitions(tables[start : start + TABLES_AT_ONCE]):
                found.update(_of_table(definition))
        return found

    def _definitions(self, tables: Sequence[str]) -> Iterator[dict[str, Any]]:
        options = {
            "$select": "LogicalName,DisplayName,DisplayCollectionName",
            "$filter": " or ".join(f"LogicalName eq '{table}'" for table in tables),
            "$expand": "Attributes($select=LogicalName,DisplayName)",
        }
        found = self.session.get("EntityDefinitions", options, limits=SLOW).get("value")
        if not isinstance(found, list):
            raise _odd()
        yield from found


def _of_table(definition: Mapping[str, Any]) -> Iterator[tuple[str, SeenTexts]]:
    table = str(definition.get("LogicalName"))
    yield table, _texts(definition, NAME, PLURAL)
    for attribute in definition.get("Attributes") or []:
        yield f"{table}.{attribute.get('LogicalName')}", _texts(attribute, NAME)


def _texts(described: Mapping[str, Any], *kinds: str) -> SeenTexts:
    texts: dict[tuple[str, int], SeenText] = {}
    for kind in kinds:
        for label in (described.get(kind) or {}).get("LocalizedLabels") or []:
            seen = SeenText(str(label.get("Label") or ""), bool(label.get("IsManaged")))
            texts[kind, int(label.get("LanguageCode") or 0)] = seen
    return SeenTexts(texts)


def _odd() -> OrganizationUnavailable:
    return OrganizationUnavailable(
        "The organization's answer could not be understood.", code="organizations:bad-answer"
    )
