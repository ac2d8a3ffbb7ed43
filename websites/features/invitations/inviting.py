"""Invite a colleague: an invitation for the visitor's own company, sent by mail; those that wait can be withdrawn."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features import ActionCall, ActionDone, Feature
from websites.features.invitations.mails import invitation_mail
from websites.features.invitations.values import INACTIVE, ROLES, SENT, SET, SINGLE
from websites.features.once import once_of, row_id_of
from websites.objects.scene import Scene
from websites.records import (
    Choice,
    Field,
    Kind,
    Table,
    fields_drop,
    row_change,
    row_create,
    row_of,
    rows_of,
    table_drop,
    typed_values,
)
from websites.records.reading import Row, quoted
from websites.templating.drop import Drop

MARKER = "Invite Colleague"
VALID = timedelta(days=14)
MOST_OPEN = 50  # of one company: nobody sends mail without end through a portal
OFFERED = "Invitation/Roles"  # site setting: names of the web roles that may be given
TOO_MANY = "Your company has {limit} invitations that nobody has answered. Withdraw some of them first."

INVITATION = Table(
    "adx_invitation",
    SET,
    "adx_invitationid",
    "adx_name",
    (
        Field("adx_name", Kind.TEXT, "Who is invited"),
        Field("createdon", Kind.DATE, "Invited on"),
        Field("adx_expirydate", Kind.DATE, "Valid until"),
        Field("statuscode", Kind.CHOICE, "Status", choices=(
            Choice("1", "Not sent"), Choice(str(SENT), "Sent"), Choice("756150002", "Accepted"),
            Choice(str(INACTIVE), "Withdrawn"))),
    ),
    order="createdon desc",
    also_read=("statecode", "_adx_assigntoaccount_value"),
)  # fmt: skip
COLLEAGUE = Table(
    "contact",
    "contacts",
    "contactid",
    "fullname",
    (
        Field("firstname", Kind.TEXT, "First name", longest=50),
        Field("lastname", Kind.TEXT, "Last name", is_required=True, longest=50),
        Field("emailaddress1", Kind.EMAIL, "E-mail", is_required=True),
    ),
    also_read=("fullname", "_parentcustomerid_value"),
)
ROLE = Field("role", Kind.LOOKUP, "Role", is_required=True, navigation="role", target_set="adx_webroles")


def _open(scene: Scene) -> Mapping[str, object]:
    _company(scene)
    rows = rows_of(scene, INVITATION)
    columns = [field.name for field in INVITATION.fields]
    fields = {
        "fields": lambda: fields_drop(scene, (*COLLEAGUE.fields, _role(scene)), action="invite"),
        "table": lambda: table_drop(scene, INVITATION, columns, rows, url=lambda row: ""),
        "open": lambda: [_waiting(row) for row in rows if not row.get("statecode")],
        "once": lambda: once_of(scene),
    }
    return {"invitations": Drop(fields)}


def _waiting(row: Row) -> Drop:
    return Drop({"id": lambda: str(row["adx_invitationid"]), "name": lambda: str(row.get("adx_name") or "")})


def _company(scene: Scene) -> str:
    """The visitor's own company, which he or she may invite people to. Raises :class:`PageDenied`."""
    account = scene.visit.visitor.account_id if scene.visit.visitor else ""
    if not scene.access.may(INVITATION.name, Right.CREATE, {"_adx_assigntoaccount_value": account}):
        raise PageDenied("You may not invite anybody.")
    return account


def _role(scene: Scene) -> Field:
    """The roles that the site lets people give; never another one, whatever a form says."""
    names = [name.strip() for name in scene.settings.get(OFFERED, "").split(",")]
    found = {role.name: role.id for role in scene.loaded.site.web_roles}
    choices = [Choice(found[name], scene.snippet(f"Choice/{name}", name)) for name in names if name in found]
    return ROLE.offering(choices)


def _invite(call: ActionCall) -> ActionDone:
    scene = call.scene
    company = _company(scene)
    typed = typed_values(call, (*COLLEAGUE.fields, _role(scene)))
    role = call.value("role")
    typed.pop("role@odata.bind")
    waiting = rows_of(scene, INVITATION, where="statecode eq 0")
    if len(waiting) >= MOST_OPEN:
        sentence = scene.snippet("Invitation/Too Many", TOO_MANY).replace("{limit}", str(MOST_OPEN))
        raise FormRefused({"": sentence})
    contact = _contact(call, company, typed)
    id, code = row_id_of(call, "invitation"), secrets.token_urlsafe(24)
    row_create(scene, INVITATION, id, _values(scene, company, contact, typed, code))
    scene.rows.associate(SET, id, ROLES, "adx_webroles", uuid.UUID(role))
    invitation_mail(scene, to=str(typed["emailaddress1"]), code=code, invitation_id=str(id))
    return ActionDone(scene.page.path, "invitation-sent")


def _contact(call: ActionCall, company: str, typed: Mapping[str, Any]) -> str:
    """The colleague's contact: the one with this address in the company, else a new one."""
    scene = call.scene
    where = f"emailaddress1 eq {quoted(str(typed['emailaddress1']))} and statecode eq 0"
    known = rows_of(scene, COLLEAGUE, where=f"_parentcustomerid_value eq {company} and {where}")
    if known:
        return str(known[0]["contactid"])
    id = row_id_of(call, "colleague")
    row_create(scene, COLLEAGUE, id, {**typed, "parentcustomerid_account@odata.bind": f"/accounts({company})"})
    return str(id)


def _values(scene: Scene, company: str, contact: str, typed: Mapping[str, Any], code: str) -> dict[str, Any]:
    visitor = scene.visit.visitor
    name = " ".join(filter(None, (typed["firstname"], typed["lastname"])))
    return {
        "adx_name": f"{name} ({typed['emailaddress1']})"[:200],
        "adx_type": SINGLE,
        "adx_invitationcode": code,
        "adx_expirydate": (scene.visit.now + VALID).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "adx_redemptions": 0,
        "adx_maximumredemptions": 1,
        "statuscode": SENT,
        "adx_assigntoaccount@odata.bind": f"/accounts({company})",
        "adx_invitecontact@odata.bind": f"/contacts({contact})",
        "adx_invitercontact@odata.bind": f"/contacts({visitor.contact_id if visitor else ''})",
        "adx_website@odata.bind": f"/adx_websites({scene.loaded.site.website_id})",
    }


def _withdraw(call: ActionCall) -> ActionDone:
    scene = call.scene
    row = row_of(scene, INVITATION, call.value("id"), where="statecode eq 0", right=Right.WRITE)
    row_change(scene, INVITATION, row, {"statecode": 1, "statuscode": INACTIVE})
    return ActionDone(scene.page.path, "invitation-withdrawn")


FEATURE = Feature(MARKER, _open, actions={"invite": _invite, "withdraw": _withdraw}, needs_sign_in=True)
