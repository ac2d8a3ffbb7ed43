"""A form that is sent twice makes one row: it carries a word, and the row's id is made of it."""

from __future__ import annotations

import secrets
import uuid

from websites.features.registry import ActionCall
from websites.objects.scene import Scene

ONCE = "_once"
KEYS = uuid.UUID("0a1f7f0e-1b69-4f0f-8a8b-6f5c3f0d9d11")
LONGEST = 100


def once_of(scene: Scene) -> str:
    """What stands in the form's hidden field ``_once``: fresh, or as it came where the form was refused."""
    return scene.form.values.get(ONCE, "")[:LONGEST] or secrets.token_urlsafe(16)


def row_id_of(call: ActionCall, kind: str) -> uuid.UUID:
    """The id of the row that this form makes: the same for the same form of the same visitor.

    Args:
        kind: tells several rows of one form apart.
    """
    visitor = call.scene.visit.visitor
    who = visitor.contact_id if visitor else ""
    word = call.value(ONCE)[:LONGEST] or secrets.token_urlsafe(16)
    return uuid.uuid5(KEYS, f"{call.scene.visit.portal.portal_id}\n{who}\n{kind}\n{word}")
