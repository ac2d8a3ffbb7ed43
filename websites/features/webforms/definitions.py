"""What the organization says of a table: its columns, their types, lengths, choices and names. Kept for ten minutes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Unavailable
from websites.errors import PageMissing
from websites.objects.scene import Scene
from websites.ports import OrganizationRows
from websites.records import Choice, Field, Kind

KEPT = 600.0  # seconds
MOST = 500  # tables
SYSTEM = "Microsoft.Dynamics.CRM."
_NAME = re.compile(r"[a-z][a-z0-9_]{1,99}")
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
    "Boolean": Kind.FLAG,
}
_FORMATS = {"Email": Kind.EMAIL, "Url": Kind.ADDRESS, "Phone": Kind.PHONE}


@dataclass(frozen=True)
class Definition:
    """A table. ``fields`` are the columns that can be typed; ``to_contact`` leads from a lookup to its navigation."""

    table: str
    entity_set: str
    id: str
    fields: Mapping[str, Field]
    to_contact: Mapping[str, str]


_kept: dict[tuple[str, str, int], tuple[float, Definition]] = {}
_lock = threading.Lock()


def definition_of(scene: Scene, table: str) -> Definition:
    """The table as the organization has it.

    Raises:
        PageMissing: it has none of this name.
        core.errors.Unavailable: it is not known yet, and the organization is away.
    """
    if not _NAME.fullmatch(table):
        raise PageMissing("There is no such table.")
    lcid = scene.edition.language.lcid
    key = (str(scene.visit.portal.organization_id), table, lcid)
    known = _kept.get(key)
    if known and time.monotonic() - known[0] < KEPT:
        return known[1]
    try:
        found = _read(scene.rows, table, lcid)
    except Unavailable as problem:
        if problem.permanent or known is None:
            raise
        return known[1]
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (time.monotonic(), found)
    return found


def definitions_forget() -> None:
    """Forget what is kept (tests)."""
    _kept.clear()


def _read(rows: OrganizationRows, table: str, lcid: int) -> Definition:
    columns = ("LogicalName", "EntitySetName", "PrimaryIdAttribute")
    entity = next(iter(rows.rows("EntityDefinitions", select=columns, filter=f"LogicalName eq '{table}'")), None)
    if entity is None:
        raise PageMissing("The organization has no such table.")
    path = f"EntityDefinitions(LogicalName='{table}')"
    details = _details(rows, f"{path}/Attributes", lcid)
    base = ("LogicalName", "AttributeType", "RequiredLevel", "DisplayName", "IsValidForCreate")
    found = (_field(row, details, lcid) for row in rows.rows(f"{path}/Attributes", select=base))
    return Definition(
        table=table,
        entity_set=str(entity["EntitySetName"]),
        id=str(entity["PrimaryIdAttribute"]),
        fields={field.name: field for field in found if field},
        to_contact=dict(_to_contact(rows, path)),
    )


def _details(rows: OrganizationRows, path: str, lcid: int) -> dict[str, dict[str, Any]]:
    """What only some types of columns have: length, format, choices."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("String", "Memo"):
        for row in rows.rows(f"{path}/{SYSTEM}{kind}AttributeMetadata", select=("LogicalName", "MaxLength", "Format")):
            found[str(row["LogicalName"])] = {"longest": row.get("MaxLength"), "format": row.get("Format")}
    choices = rows.rows(
        f"{path}/{SYSTEM}PicklistAttributeMetadata", select=("LogicalName",), expand="OptionSet($select=Options)"
    )
    for row in choices:
        options = (row.get("OptionSet") or {}).get("Options") or ()
        made = tuple(Choice(str(one["Value"]), _label(one.get("Label"), lcid)) for one in options)
        found[str(row["LogicalName"])] = {"choices": made}
    return found


def _field(row: Mapping[str, Any], details: Mapping[str, dict[str, Any]], lcid: int) -> Field | None:
    """None for a type that nobody can type, or a column that is not to be written."""
    kind = _KINDS.get(str(row.get("AttributeType")))
    if kind is None or row.get("IsValidForCreate") is False:
        return None
    name = str(row["LogicalName"])
    more = details.get(name, {})
    level = (row.get("RequiredLevel") or {}).get("Value")
    return Field(
        name=name,
        kind=_FORMATS.get(str(more.get("format")), kind) if kind is Kind.TEXT else kind,
        label=_label(row.get("DisplayName"), lcid) or name,
        is_required=level in {"ApplicationRequired", "SystemRequired"},
        longest=int(more.get("longest") or 0),
        choices=more.get("choices", ()),
        is_translated=False,
    )


def _label(label: Mapping[str, Any] | None, lcid: int) -> str:
    """In the page's language, else in the organization's."""
    told = {one.get("LanguageCode"): one.get("Label") for one in (label or {}).get("LocalizedLabels") or ()}
    own = ((label or {}).get("UserLocalizedLabel") or {}).get("Label")
    return str(told.get(lcid) or own or next(iter(told.values()), "") or "")


def _to_contact(rows: OrganizationRows, path: str) -> Iterator[tuple[str, str]]:
    columns = ("ReferencingAttribute", "ReferencedEntity", "ReferencingEntityNavigationPropertyName")
    for row in rows.rows(f"{path}/ManyToOneRelationships", select=columns):
        if row.get("ReferencedEntity") == "contact":
            yield str(row["ReferencingAttribute"]), str(row["ReferencingEntityNavigationPropertyName"])
