"""What a table can hold, as the organization itself says: columns with their kinds, lookups, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from organizations.client.exchange import SLOW
from organizations.client.session import Session
from organizations.errors import OrganizationRefused

TABLES_AT_ONCE = 10  # names in one filter: the address stays short
EXPAND = ",".join(
    (
        "Attributes($select=LogicalName,AttributeType)",
        "ManyToOneRelationships($select=ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName)",
        "ManyToManyRelationships($select=SchemaName,Entity1LogicalName,Entity2LogicalName,"
        "Entity1NavigationPropertyName,Entity2NavigationPropertyName)",
    )
)


@dataclass(frozen=True)
class LookupShape:
    """A lookup column: written by ``navigation``, to a row of ``table``. One of several targets has several shapes."""

    navigation: str
    table: str


@dataclass(frozen=True)
class LinkShape:
    """A many-to-many relationship: linked by ``navigation``, to rows of ``table``."""

    navigation: str
    table: str


@dataclass(frozen=True)
class TableShape:
    """A table.

    Args:
        kinds: column -> attribute type, such as ``String``, ``Boolean``, ``Picklist``.
        lookups: column -> its targets.
        links: schema name of a many-to-many relationship -> the other side.
    """

    table: str
    entity_set: str
    primary_id: str
    kinds: Mapping[str, str]
    lookups: Mapping[str, tuple[LookupShape, ...]]
    links: Mapping[str, LinkShape]


class Shaping:
    """The part of the client that asks what tables can hold."""

    session: Session

    def table_shapes(self, tables: Sequence[str]) -> dict[str, TableShape]:
        """The shapes of those tables that are there, by logical name."""
        found: dict[str, TableShape] = {}
        for start in range(0, len(tables), TABLES_AT_ONCE):
            for definition in self._shapes(tables[start : start + TABLES_AT_ONCE]):
                found[str(definition["LogicalName"])] = _shape(definition)
        return found

    def _shapes(self, tables: Sequence[str]) -> Iterator[dict[str, Any]]:
        options = {
            "$select": "LogicalName,EntitySetName,PrimaryIdAttribute",
            "$filter": " or ".join(f"LogicalName eq '{table}'" for table in tables),
            "$expand": EXPAND,
        }
        found = self.session.get("EntityDefinitions", options, limits=SLOW).get("value")
        if not isinstance(found, list):
            raise OrganizationRefused(
                "The organization's answer could not be understood.", code="organizations:bad-answer"
            )
        yield from found


def _shape(definition: Mapping[str, Any]) -> TableShape:
    table = str(definition["LogicalName"])
    lookups: dict[str, tuple[LookupShape, ...]] = {}
    for one in definition.get("ManyToOneRelationships") or []:
        shape = LookupShape(str(one["ReferencingEntityNavigationPropertyName"]), str(one["ReferencedEntity"]))
        column = str(one["ReferencingAttribute"])
        lookups[column] = (*lookups.get(column, ()), shape)
    return TableShape(
        table=table,
        entity_set=str(definition["EntitySetName"]),
        primary_id=str(definition["PrimaryIdAttribute"]),
        kinds={str(one["LogicalName"]): str(one["AttributeType"]) for one in definition.get("Attributes") or []},
        lookups=lookups,
        links=dict(_link(table, one) for one in definition.get("ManyToManyRelationships") or []),
    )


def _link(table: str, one: Mapping[str, Any]) -> tuple[str, LinkShape]:
    own, other = ("1", "2") if one["Entity1LogicalName"] == table else ("2", "1")
    shape = LinkShape(str(one[f"Entity{own}NavigationPropertyName"]), str(one[f"Entity{other}LogicalName"]))
    return str(one["SchemaName"]), shape
