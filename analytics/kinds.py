"""The interactions that a portal captures, by their stored names: what they are called and which fields they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

# Every interaction has these; language and session are promised by the source document's text.
COMMON_FIELDS = ("portal_interactionid", "portal_contactid", "portal_timestamp", "portal_portalid")
OPTIONAL_FIELDS = ("portal_language", "portal_sessionid")
RESULTS_FIELD = "portal_resultcount"  # of a search; optional as well
_TYPES = {"portal_timestamp": "Edm.DateTimeOffset", RESULTS_FIELD: "Edm.Int32"}
# Nobody, in this session: a sender tries its way. The embedded hub stores and shows it, and counts it nowhere.
NOBODY, TEST_SESSION = "00000000-0000-0000-0000-000000000000", "connection-test"
CONTACT_FIELD, CONTACT_KEY, PROFILE = "portal_contactid", "crmrecordid", "Contact"


@dataclass(frozen=True)
class Kind:
    """A type of interaction.

    Args:
        id_field: holds the id of what was looked at; "" where there is nothing of the kind.
        text_field: holds its title, or the text that was searched for.
        is_optional: not among the four of the source document; captured where the portal's switch is on.
    """

    name: str
    display_name: str
    told: str
    text_field: str
    id_field: str = ""
    is_optional: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that an interaction of this type must have."""
        own = (self.id_field, self.text_field) if self.id_field else (self.text_field,)
        return (COMMON_FIELDS[0], *own, *COMMON_FIELDS[1:])


ARTICLE = Kind(
    "portal_viewknowledgearticle",
    "Knowledge article",
    "Tracks portal users viewing a knowledge article",
    "portal_knowledgetitle",
    "portal_knowledgearticleid",
)
BLOG_POST = Kind(
    "portal_viewblogpost",
    "Blog post",
    "Tracks portal users viewing a blog post",
    "portal_blogtitle",
    "portal_blogpostid",
)
FORUM_THREAD = Kind(
    "portal_viewforumthread",
    "Forum thread",
    "Tracks portal users viewing a forum thread",
    "portal_forumthreadtitle",
    "portal_forumthreadid",
)
SEARCH = Kind("portal_search", "Portal Search", "Tracks portal users’ searches.", "portal_searchstring")
CASE = Kind(
    "portal_createcase",
    "Case created",
    "Tracks portal users creating a case",
    "portal_casetitle",
    "portal_caseid",
    is_optional=True,
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (ARTICLE, BLOG_POST, FORUM_THREAD, SEARCH, CASE)}
)


def type_definition(kind: Kind) -> dict[str, Any]:
    """The interaction type as a hub is asked to keep it (2017-04-26)."""
    optional = (*OPTIONAL_FIELDS, RESULTS_FIELD) if kind is SEARCH else OPTIONAL_FIELDS
    return {
        "typeName": kind.name,
        "apiEntitySetName": kind.name,
        "entityType": "Interaction",
        "displayName": {"en-us": kind.display_name},
        "description": {"en-us": kind.told},
        "idPropertyNames": ["portal_interactionid"],
        "timestampFieldName": "portal_timestamp",
        "isActivity": False,
        "fields": [_field(name, is_required=True) for name in kind.fields]
        + [_field(name, is_required=False) for name in optional],
    }


def profile_definition() -> dict[str, Any]:
    """The profile ``Contact``: a row of the organization, told by ``crmrecordid``."""
    return {
        "typeName": PROFILE,
        "apiEntitySetName": "Contacts",
        "entityType": "Profile",
        "displayName": {"en-us": PROFILE},
        "fields": [_field(CONTACT_KEY, is_required=True)],
        "strongIds": [{"strongIdName": CONTACT_KEY, "keyPropertyNames": [CONTACT_KEY]}],
    }


def link_name(kind: Kind) -> str:
    """What the link of a type to the profile is called."""
    return f"{kind.name}_{PROFILE}"


def link_definition(kind: Kind) -> dict[str, Any]:
    """``crmrecordid`` of the profile is ``portal_contactid`` of the interaction."""
    return {
        "linkName": link_name(kind),
        "sourceEntityType": "Interaction",
        "sourceEntityTypeName": kind.name,
        "targetEntityType": "Profile",
        "targetEntityTypeName": PROFILE,
        "displayName": {"en-us": f"{kind.display_name} of a contact"},
        "participantPropertyReferences": [
            {"sourcePropertyName": CONTACT_FIELD, "targetPropertyName": CONTACT_KEY},
        ],
        "referenceOnly": True,
        "operationType": "Upsert",
    }


def _field(name: str, *, is_required: bool) -> dict[str, Any]:
    return {"fieldName": name, "fieldType": _TYPES.get(name, "Edm.String"), "isRequired": is_required}
