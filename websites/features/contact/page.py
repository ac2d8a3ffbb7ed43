"""The contact page's form. Programs that fill in everything, or send it over and over, get nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import PageDenied
from websites.features.once import once_of, row_id_of
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene
from websites.quotas.values import Quota
from websites.records import Field, Kind, fields_drop, typed_values
from websites.templating.drop import Drop

CONTACT_US = "Contact Us"  # site marker
SEND, SENT = "send", "contact-sent"
TRAP = "homepage"  # a field that people do not see
QUOTA = Quota(SEND, 5, "Contact/Messages per Hour")
NAME = Field("name", Kind.TEXT, "Name", is_required=True, longest=100)
EMAIL = Field("emailaddress1", Kind.EMAIL, "E-mail", is_required=True, longest=100)
FIELDS = (
    NAME,
    EMAIL,
    Field("subject", Kind.TEXT, "Subject", is_required=True, longest=150),
    Field("message", Kind.LONG_TEXT, "Message", is_required=True, longest=2000),
)


def contact_open(scene: Scene) -> Mapping[str, object]:
    """``contact``: ``fields``, ``trap``, ``once``, ``may_send``, ``is_sent``."""
    visitor = scene.visit.visitor
    known = {"name": visitor.name, "emailaddress1": visitor.email} if visitor else {}
    contact = Drop(
        {
            "fields": lambda: fields_drop(scene, FIELDS, action=SEND, row=known),
            "trap": lambda: TRAP,
            "once": lambda: once_of(scene),
            "may_send": lambda: scene.access.may("feedback", Right.CREATE, _as_row(scene)),
            "is_sent": lambda: scene.visit.params.get("notice") == SENT,
        }
    )
    return {"contact": contact}


def contact_send(call: ActionCall) -> ActionDone:
    """Write the message.

    Raises:
        PageDenied: the site gives no permission.
        FormRefused: a sentence for each field.
    """
    scene = call.scene
    done = ActionDone(scene.page.path, SENT)
    if call.value(TRAP):
        return done  # a program is told what it wants to hear
    if not scene.access.may("feedback", Right.CREATE, _as_row(scene)):
        raise PageDenied("This visitor may send no message.")
    typed = typed_values(call, FIELDS)
    scene.rows.upsert("feedback", row_id_of(call, "contact"), _values(scene, typed))
    return done


def _values(scene: Scene, typed: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        "title": typed["subject"],
        "comments": typed["message"],
        "adx_approved": False,  # it is not for others to read
        "adx_contactusername": typed["name"],
        "adx_contactemail": typed["emailaddress1"],
    }
    if scene.visit.visitor:
        values["CreatedByContact@odata.bind"] = f"/contacts({scene.visit.visitor.contact_id})"
    return values


def _as_row(scene: Scene) -> dict[str, Any]:
    return {"_createdbycontact_value": scene.visit.visitor.contact_id if scene.visit.visitor else ""}
