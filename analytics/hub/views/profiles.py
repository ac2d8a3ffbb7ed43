"""Profiles: who events are about, such as the contacts of an organization."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from analytics.hub.call import Call, events_limit
from analytics.hub.errors import HubError, bad_request, not_found, not_served
from analytics.hub.events import field_check, stamp_told
from analytics.hub.keys import key_of
from analytics.hub.models import Profile, ProfileType
from analytics.hub.queries.rows import PAGE
from analytics.hub.reply import Reply
from analytics.hub.rules import field_of

LARGEST_PROFILE = 32_000  # characters
MOST = 1000


def set_of(call: Call, name: str) -> ProfileType:
    """The profile type of an entity set.

    Raises:
        HubError: 404.
    """
    found = ProfileType.objects.filter(hub_id=call.hub.id, entity_set=name).first()
    if found is None and name == "BlobIngestionJobs":
        raise not_served("Ingestion of blobs")
    if found is None:
        raise not_found(f"The entity set {name[:80]}")
    return found


def profile_post(call: Call, set: str) -> Reply:
    """Create or change a profile, or each of an array of them: all are taken, or none."""
    call.require("Write")
    type_ = set_of(call, set)
    found = call.json()
    if isinstance(found, list):
        events_limit(len(found))
        with transaction.atomic():
            return Reply(202, {"value": [_told(_upsert(type_, one)) for one in found]})
    return Reply(202, _told(_upsert(type_, found)))


def profile_get(call: Call, set: str, id: str) -> Reply:
    """One profile by its strong id."""
    call.require("Read")
    type_ = set_of(call, set)
    found = Profile.objects.filter(type=type_, key=key_of(id.replace("''", "'"))).first()
    if found is None:
        raise not_found(f"The profile '{id[:80]}'")
    return Reply(json=_told(found))


def profiles_get(call: Call, set: str) -> Reply:
    """The profiles, in pages, in the order in which they came."""
    call.require("Read")
    type_ = set_of(call, set)
    served = {"$top", "$skiptoken", "$format", "api-version"}
    for name in call.query:
        if name not in served:
            raise not_served(f"The option {name[:40]}")
    limit = min(_number(call, "$top", PAGE), MOST)
    rows = list(Profile.objects.filter(type=type_, pk__gt=_number(call, "$skiptoken", 0)).order_by("pk")[: limit + 1])
    told: dict[str, Any] = {"value": [_told(row) for row in rows[:limit]]}
    if len(rows) > limit and "$top" not in call.query:
        told["nextLink"] = f"{call.base_url}/data/{set}?$skiptoken={rows[limit - 1].pk}"
    return Reply(json=told)


def _upsert(type_: ProfileType, told: object) -> Profile:
    if not isinstance(told, dict):
        raise bad_request("InvalidProfile", "A profile is a JSON object.")
    fields = {one["fieldName"]: field_of(one) for one in type_.definition["fields"]}
    unknown = sorted(told.keys() - fields.keys() - {"ProfileId", "LastModified"})
    if unknown:
        raise bad_request("UnknownProperty", f"{type_.name} does not declare {', '.join(unknown)[:200]}.")
    values = {name: value for name, value in told.items() if name in fields and value is not None}
    for name, value in values.items():
        field_check(fields[name], value)
    if len(json.dumps(values)) > LARGEST_PROFILE:
        raise HubError(413, "RequestTooLarge", f"A profile has at most {LARGEST_PROFILE:,} characters.")
    keys = type_.definition["strongIds"][0]["keyPropertyNames"]
    missing = [name for name in keys if values.get(name) in (None, "")]
    if missing:
        raise bad_request("MissingProperty", f"{type_.name} needs the property {', '.join(missing)}.")
    return _written(type_, ",".join(str(values[name]) for name in keys), values)


@transaction.atomic
def _written(type_: ProfileType, id: str, values: dict[str, Any]) -> Profile:
    """What is not named stays as it was."""
    made, is_new = Profile.objects.select_for_update().get_or_create(
        type=type_, key=key_of(id), defaults={"hub_id": type_.hub_id, "profile_id": id[:400], "properties": values}
    )
    if not is_new:
        made.properties |= values
        made.save(update_fields=["properties", "updated_at"])
    return made


def _told(profile: Profile) -> dict[str, Any]:
    return {"ProfileId": profile.profile_id, **profile.properties, "LastModified": stamp_told(profile.updated_at)}


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise bad_request("InvalidQuery", f"{name} is a number.")
    return int(text)
