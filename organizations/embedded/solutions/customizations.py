"""Reading customizations.xml: the texts of tables and columns in every language, and the columns that are brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from organizations.embedded.solutions.labels import LONGEST, Kind, LabelText

MOST_LABELS = 200_000


class BadCustomizations(Exception):
    """Something in customizations.xml cannot be taken; the text says what."""


@dataclass(frozen=True)
class Customizations:
    """What customizations.xml says: columns as (table, column) in lower case, and texts."""

    columns: tuple[tuple[str, str], ...]
    labels: tuple[LabelText, ...]


def customizations_read(root: Element) -> Customizations:
    """The columns and texts that the document describes.

    Raises:
        BadCustomizations: a text is too long, a language is no number, a name is missing, or there is too much of it.
    """
    columns: list[tuple[str, str]] = []
    labels: list[LabelText] = []
    for entity in root.iterfind("Entities/Entity"):
        table = _name(entity.findtext("Name"))
        described = entity.find("EntityInfo/entity")
        if described is None:
            continue
        labels += _texts(table, described, _OF_TABLE)
        for attribute in described.iterfind("attributes/attribute"):
            column = _name(attribute.findtext("LogicalName") or attribute.findtext("Name"))
            columns.append((table, column))
            labels += _texts(f"{table}.{column}", attribute, _OF_COLUMN)
        if len(labels) > MOST_LABELS:
            raise BadCustomizations(f"There are more than {MOST_LABELS} labels.")
    return Customizations(tuple(dict.fromkeys(columns)), tuple(labels))


_OF_TABLE = (
    ("LocalizedNames/LocalizedName", Kind.NAME),
    ("LocalizedCollectionNames/LocalizedCollectionName", Kind.PLURAL),
    ("Descriptions/Description", Kind.DESCRIPTION),
)
_OF_COLUMN = (("displaynames/displayname", Kind.NAME), ("Descriptions/Description", Kind.DESCRIPTION))


def _texts(component: str, element: Element, places: tuple[tuple[str, Kind], ...]) -> Iterator[LabelText]:
    for path, kind in places:
        for label in element.iterfind(path):
            text = label.get("description", "")
            if len(text) > LONGEST:
                raise BadCustomizations(f"A label of {component} is longer than {LONGEST} characters.")
            yield LabelText(component, kind, _lcid(label.get("languagecode"), component), text)


def _lcid(text: str | None, component: str) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise BadCustomizations(f"A label of {component} has no language code.")
    return int(text)


def _name(text: str | None) -> str:
    name = (text or "").strip().lower()
    if not name or len(name) > 90 or not name.replace("_", "a").isalnum() or not name.isascii():
        raise BadCustomizations(f"'{name[:40]}' is not the name of a table or a column.")
    return name
