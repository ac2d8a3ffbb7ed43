"""Reads a table's columns and relationships from the organization's metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from websites.ports import OrganizationRows
from websites.records.values import Choice, Field, Kind

SYSTEM = "Microsoft.Dynamics.CRM."
WITH_CHOICES = ("Picklist", "State", "Status")
_KINDS = {
    "String": Kind.TEXT,
    "Memo": Kind.LONG_TEXT,
    "Integer": Kind.WHOLE,
    "BigInt": Kind.WHOLE,
    "Decimal": Kind.DECIMAL,
    "Double": Kind.DECIMAL,
    "Money": Kind.MONEY,
    "DateTime": Kind.DATE,
    "Picklist": Kind.CHOICE,
    "State": Kind.CHOICE,
    "Status": Kind.CHOICE,
    "Boolean": Kind.FLAG,
    "Lookup": Kind.LOOKUP,
}
_FORMATS = {"Email": Kind.EMAIL, "Url": Kind.ADDRESS, "Phone": Kind.PHONE}
_RELATIONSHIP = ("ReferencingAttribute", "ReferencedEntity", "ReferencingEntityNavigationPropertyName")
_TARGET = ("LogicalName", "EntitySetName", "PrimaryIdAttribute", "PrimaryNameAttribute")

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """A table that a lookup leads to; ``title`` is the column that names its rows."""

    table: str
    entity_set: str
    id: str
    title: str


@dataclass(frozen=True)
class Column:
    """``is_written``: people may type it. ``target``: of a lookup."""

    field: Field
    is_written: bool
    target: Target | None = None


def target_of(entity: Facts) -> Target:
    """A table's own names."""
    id = str(entity["PrimaryIdAttribute"])
    title = str(entity.get("PrimaryNameAttribute") or id)
    return Target(str(entity["LogicalName"]), str(entity["EntitySetName"]), id, title)


def columns_read(rows: OrganizationRows, table: str, lcid: int) -> tuple[list[Column], dict[str, str]]:
    """The columns of types that are known, and the navigation properties of lookups of contacts.

    Left out are lookups that lead to more than one table: a page would have to ask which.
    """
    path = f"EntityDefinitions(LogicalName='{table}')"
    relations = list(rows.rows(f"{path}/ManyToOneRelationships", select=_RELATIONSHIP))
    to_contact = {
        str(row["ReferencingAttribute"]): str(row["ReferencingEntityNavigationPropertyName"])
        for row in relations
        if row.get("ReferencedEntity") == "contact"
    }
    details = _details(rows, f"{path}/Attributes", lcid)
    leading = _leading(rows, relations)
    base = ("LogicalName", "AttributeType", "RequiredLevel", "DisplayName", "IsValidForCreate", "IsValidForRead")
    found = (_column(row, details, leading, lcid) for row in rows.rows(f"{path}/Attributes", select=base))
    return [one for one in found if one], to_contact


def _leading(rows: OrganizationRows, relations: Iterable[Facts]) -> dict[str, tuple[str, Target]]:
    """From lookup to navigation property and table, of lookups that lead to one table."""
    ways: dict[str, list[Facts]] = {}
    for row in relations:
        ways.setdefault(str(row["ReferencingAttribute"]), []).append(row)
    single = {name: found[0] for name, found in ways.items() if len(found) == 1}
    names = sorted({str(row["ReferencedEntity"]) for row in single.values()})
    if not names:
        return {}
    wanted = " or ".join(f"LogicalName eq '{name}'" for name in names)
    tables = {
        found.table: found for found in map(target_of, rows.rows("EntityDefinitions", select=_TARGET, filter=wanted))
    }
    return {
        name: (str(row["ReferencingEntityNavigationPropertyName"]), tables[str(row["ReferencedEntity"])])
        for name, row in single.items()
        if str(row["ReferencedEntity"]) in tables
    }


def _details(rows: OrganizationRows, path: str, lcid: int) -> dict[str, dict[str, Any]]:
    """What only some types of columns have: length, format, choices."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("String", "Memo"):
        for row in rows.rows(f"{path}/{SYSTEM}{kind}AttributeMetadata", select=("LogicalName", "MaxLength", "Format")):
            found[str(row["LogicalName"])] = {"longest": row.get("MaxLength"), "format": row.get("Format")}
    for kind in WITH_CHOICES:
        choices = rows.rows(
            f"{path}/{SYSTEM}{kind}AttributeMetadata", select=("LogicalName",), expand="OptionSet($select=Options)"
        )
        for row in choices:
            options = (row.get("OptionSet") or {}).get("Options") or ()
            made = tuple(Choice(str(one["Value"]), _label(one.get("Label"), lcid)) for one in options)
            found[str(row["LogicalName"])] = {"choices": made}
    return found


def _column(
    row: Facts, details: Mapping[str, dict[str, Any]], leading: Mapping[str, tuple[str, Target]], lcid: int
) -> Column | None:
    """None for a type that no page shows."""
    type_, name = str(row.get("AttributeType")), str(row["LogicalName"])
    kind = _KINDS.get(type_)
    navigation, target = leading.get(name, ("", None))
    if kind is None or row.get("IsValidForRead") is False or (kind is Kind.LOOKUP and target is None):
        return None
    more = details.get(name, {})
    level = (row.get("RequiredLevel") or {}).get("Value")
    field = Field(
        name=name,
        kind=_FORMATS.get(str(more.get("format")), kind) if kind is Kind.TEXT else kind,
        label=_label(row.get("DisplayName"), lcid) or name,
        is_required=level in {"ApplicationRequired", "SystemRequired"},
        longest=int(more.get("longest") or 0),
        choices=more.get("choices", ()),
        navigation=navigation,
        shows=target.title if target else "name",
        target_set=target.entity_set if target else "",
        is_translated=False,
    )
    is_written = row.get("IsValidForCreate") is not False and type_ not in {"State", "Status"}
    return Column(field, is_written, target if kind is Kind.LOOKUP else None)


def _label(label: Facts | None, lcid: int) -> str:
    """In the page's language, else in the organization's."""
    told = {one.get("LanguageCode"): one.get("Label") for one in (label or {}).get("LocalizedLabels") or ()}
    own = ((label or {}).get("UserLocalizedLabel") or {}).get("Label")
    return str(told.get(lcid) or own or next(iter(told.values()), "") or "")
