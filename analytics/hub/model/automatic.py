"""What the original left to an administrator: the profile Contact, and its link to the interactions of a portal."""

from __future__ import annotations

from typing import Any

from analytics.hub.models import Hub, InteractionType, ModelPart, ProfileType
from analytics.hub.rules import CONTACT

PROFILE, ENTITY_SET, KEY = "Contact", "Contacts", "crmrecordid"


def contact_link_ensure(hub: Hub, type_: InteractionType) -> None:
    """Link ``portal_contactid`` to ``crmrecordid``, unless the type is linked already or names no contact."""
    if CONTACT not in {one["fieldName"] for one in type_.definition["fields"]}:
        return
    links = ModelPart.objects.filter(hub=hub, kind=ModelPart.Kind.LINK)
    if links.filter(definition__sourceEntityTypeName=type_.name).exists():
        return
    profile = ProfileType.objects.filter(hub=hub, name=PROFILE).first() or contact_profile_create(hub)
    if KEY not in {one["fieldName"] for one in profile.definition["fields"]}:
        return  # somebody models contacts in another way, and links them by hand
    ModelPart.objects.get_or_create(
        hub=hub,
        kind=ModelPart.Kind.LINK,
        name=f"{type_.name}_{PROFILE}",
        defaults={"definition": _link(type_.name), "is_automatic": True},
    )


def contact_profile_create(hub: Hub) -> ProfileType:
    """The profile of a contact: a row of the organization, known by its id there."""
    fields: list[dict[str, Any]] = [
        {"fieldName": name, "fieldType": "Edm.String", "isRequired": name == KEY, "isArray": False}
        for name in (KEY, "fullname", "emailaddress1")
    ]
    definition = {
        "apiEntitySetName": ENTITY_SET,
        "typeName": PROFILE,
        "entityType": "Profile",
        "displayName": {"en-us": PROFILE},
        "fields": fields,
        "strongIds": [{"strongIdName": KEY, "keyPropertyNames": [KEY]}],
    }
    return ProfileType.objects.create(hub=hub, name=PROFILE, entity_set=ENTITY_SET, definition=definition)


def _link(type_name: str) -> dict[str, Any]:
    return {
        "linkName": f"{type_name}_{PROFILE}",
        "sourceEntityType": "Interaction",
        "sourceEntityTypeName": type_name,
        "targetEntityType": "Profile",
        "targetEntityTypeName": PROFILE,
        "participantPropertyReferences": [{"sourcePropertyName": CONTACT, "targetPropertyName": KEY}],
        "referenceOnly": True,
        "operationType": "Upsert",
    }
