"""The profile page and its form."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from analytics.services import is_opted_out, tracking_opt_out
from websites.access import Right
from websites.errors import PageDenied, PageMissing
from websites.features.profile.addresses import email_ask, email_waiting
from websites.features.profile.fields import CONTACTS, EMAIL, GROUPS, PRIVACY, RECORDING, language_field
from websites.features.profile.identities import identities_shown
from websites.features.registry import ActionCall, ActionDone
from websites.models import VisitorSession
from websites.objects.scene import Scene
from websites.records import fields_drop, row_change, row_of, typed_values
from websites.templating.drop import Drop
from websites.visitors.values import Visitor

PROFILE = "Profile"  # site marker
SAVE = "save"


def profile_open(scene: Scene) -> Mapping[str, object]:
    """``profile``: ``groups`` of fields, ``identities``, ``may_save``, ``new_email`` to be confirmed.

    Raises:
        PageDenied: the site gives no permission to read one's own contact.
    """
    visitor = _visitor(scene)
    row = _row(scene, Right.READ)
    fields = {**GROUPS, "Language": tuple(filter(None, [language_field(scene)])), "Privacy": PRIVACY}
    values = {**row, RECORDING: is_opted_out(portal_id=_portal(scene), contact_id=uuid.UUID(visitor.contact_id))}
    groups = [_group(scene, name, found, values) for name, found in fields.items() if found]
    profile = Drop(
        {
            "name": lambda: str(row.get("fullname") or visitor.name),
            "groups": lambda: groups,
            "may_save": lambda: scene.access.may("contact", Right.WRITE, row),
            "identities": lambda: identities_shown(scene),
            "new_email": lambda: email_waiting(scene),
            "token": lambda: scene.visit.params.get("confirm", ""),
        }
    )
    return {"profile": profile}


def profile_save(call: ActionCall) -> ActionDone:
    """Write what was typed. A new e-mail address counts only when it is confirmed from there.

    Raises:
        PageDenied
        FormRefused: a sentence for each field.
    """
    scene = call.scene
    row = _row(scene, Right.WRITE)
    language = language_field(scene)
    values = typed_values(call, [*CONTACTS.fields, *([language] if language else [])])
    email = str(values.pop(EMAIL))
    row_change(scene, CONTACTS, row, values)
    _session_keep(scene, values)
    contact_id = uuid.UUID(_visitor(scene).contact_id)
    tracking_opt_out(portal_id=_portal(scene), contact_id=contact_id, is_out=call.value(RECORDING) == "on")
    if email.lower() == str(row.get(EMAIL) or "").lower():
        return ActionDone(scene.page.path, "profile-saved")
    email_ask(scene, email)
    return ActionDone(scene.page.path, "profile-confirm-email")


def _row(scene: Scene, right: Right) -> dict[str, Any]:
    try:
        return row_of(scene, CONTACTS, _visitor(scene).contact_id.lower(), right=right)
    except PageMissing as missing:
        raise PageDenied("This visitor may not see or change the profile.") from missing


def _session_keep(scene: Scene, values: Mapping[str, Any]) -> None:
    """The page's head says the new name at once, in every browser of this visitor."""
    name = " ".join(part for part in (values.get("firstname"), values.get("lastname")) if part)
    VisitorSession.objects.filter(portal_id=_portal(scene), contact_id=_visitor(scene).contact_id).update(name=name)


def _visitor(scene: Scene) -> Visitor:
    if scene.visit.visitor is None:
        raise PageDenied("Nobody is signed in.")
    return scene.visit.visitor


def _portal(scene: Scene) -> uuid.UUID:
    return scene.visit.portal.portal_id


def _group(scene: Scene, name: str, fields: Any, row: Mapping[str, Any]) -> Drop:
    return Drop(
        {
            "name": lambda: scene.snippet(f"Profile/{name}", name),
            "fields": lambda: fields_drop(scene, fields, action=SAVE, row=dict(row)),
        }
    )
