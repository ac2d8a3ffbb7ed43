"""A type's definition made ready for reading events: which properties there are, and which column keeps which.

What a portal sends fits the columns of a row; whatever else a type declares is kept beside them as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from analytics.hub.models import InteractionType

# Properties of portals, by the column that keeps them.
COLUMNS: Mapping[str, str] = {
    "portal_contactid": "contact",
    "portal_portalid": "portal",
    "portal_knowledgearticleid": "ref",
    "portal_blogpostid": "ref",
    "portal_forumthreadid": "ref",
    "portal_caseid": "ref",
    "portal_knowledgetitle": "txt",
    "portal_blogtitle": "txt",
    "portal_forumthreadtitle": "txt",
    "portal_casetitle": "txt",
    "portal_searchstring": "txt",
    "portal_resultcount": "results",
    "portal_sessionid": "session",
    "portal_language": "lang",
}
PORTAL_ID = "portal_interactionid"
TIMESTAMP = "portal_timestamp"
CONTACT = "portal_contactid"
LONGEST_TEXT = 4000  # characters of a property whose definition names no maxLength


class Count(IntEnum):
    """Which count by day an event is part of, beside that of its type."""

    NONE = 0
    SEARCHES = 1
    ITEMS = 2
    TEST = 3  # none, not even that of its type: a sender tries its way (analytics/kinds.py)


@dataclass(frozen=True)
class Field:
    """A property as the type declares it. ``column`` is "" where it is kept as JSON."""

    name: str
    kind: str = "Edm.String"
    is_required: bool = False
    is_array: bool = False
    longest: int = LONGEST_TEXT
    column: str = ""
    is_text: bool = False  # one Edm.String, as nearly all properties are


@dataclass(frozen=True)
class TypeRules:
    """How events of one type are read."""

    id: int
    name: str
    fields: Mapping[str, Field]
    required: tuple[str, ...]
    id_properties: tuple[str, ...]
    timestamp: str
    contact: str  # the property that names the contact
    has_own_id: bool  # its id is portal_interactionid, a GUID that stands in the row as it is
    is_activity: bool = False
    count: Count = Count.NONE
    columns: Mapping[str, str] = field(default_factory=dict)  # column: property, to write an event again


def rules_of(type_: InteractionType, contact: str = "") -> TypeRules:
    """The rules of a stored type.

    Args:
        contact: the property that its link to a profile names; "" = what the definition says, or a portal's own.
    """
    told: dict[str, Any] = type_.definition
    named = {one["fieldName"] for one in told.get("fields", ())}
    about = contact or str(told.get("primaryParticipantProfilePropertyName") or "")
    if about not in named:
        about = CONTACT
    ids = tuple(told.get("idPropertyNames", ()))
    stamp = told.get("timestampFieldName") or (TIMESTAMP if TIMESTAMP in named else "")
    fields = {one["fieldName"]: field_of(one, about) for one in told.get("fields", ())}
    columns = {one.column: one.name for one in fields.values() if one.column}
    return TypeRules(
        id=type_.pk,
        name=type_.name,
        fields=fields,
        required=tuple({*(one.name for one in fields.values() if one.is_required), *ids} - {stamp}),
        id_properties=ids,
        timestamp=stamp,
        contact=about if about in fields else "",
        has_own_id=ids == (PORTAL_ID,),
        is_activity=type_.is_activity,
        count=_count(columns),
        columns=columns,
    )


def field_of(told: Mapping[str, Any], about: str = CONTACT) -> Field:
    """A field of a definition, ready for checking values."""
    name, kind = told["fieldName"], told.get("fieldType", "Edm.String")
    is_array = bool(told.get("isArray"))
    column = "contact" if name == about else COLUMNS.get(name, "")
    if column == "contact" and name != about:
        column = ""  # another property says who it was
    wanted = ("Edm.Int32", "Edm.Int64", "Edm.Int16") if column == "results" else ("Edm.String", "Edm.Guid")
    return Field(
        name=name,
        kind=kind,
        is_required=bool(told.get("isRequired")),
        is_array=is_array,
        longest=min(int(told.get("maxLength") or LONGEST_TEXT), 32_000),
        column=column if kind in wanted and not is_array else "",
        is_text=kind == "Edm.String" and not is_array,
    )


def _count(columns: Mapping[str, str]) -> Count:
    if columns.get("txt") == "portal_searchstring":
        return Count.SEARCHES
    return Count.ITEMS if "ref" in columns and columns["ref"] != "portal_caseid" else Count.NONE
