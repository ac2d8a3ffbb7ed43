"""Redeem an invitation: the visitor becomes the invited contact and gets its company and web roles."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from core.errors import PortalAdminError
from websites.errors import FormRefused, SignInNeeded
from websites.features import ActionCall, ActionDone, Feature
from websites.features.invitations.mails import REDEEM, redeem_path, redeemed_mail
from websites.features.invitations.values import REDEEMED, SET, Invitation, invitation_find
from websites.objects.scene import Scene
from websites.resolving import HOME
from websites.templating.drop import Drop
from websites.visitors.contacts import contact_has_identity
from websites.visitors.moving import identity_move, is_newcomer, session_contact_change
from websites.visitors.values import Visitor

KEYS = uuid.UUID("7a3d0b52-4df0-4f0e-8f7b-0f0f5f6f9c55")
UNKNOWN = "This code is not valid. It may have been used or withdrawn, or its time is over."
TAKEN = "The person who is invited has signed in with another account already. Please sign in with that one."
MEANWHILE = "Somebody has used this code just now."


def _open(scene: Scene) -> Mapping[str, object]:
    """With a code in the address: may it be used? Without one: a field for it."""
    visitor = scene.visit.visitor
    found = invitation_find(scene, scene.tail) if scene.tail else None
    is_valid = found is not None and _may_redeem(scene, found, visitor)
    fields = {
        "code": lambda: scene.tail or scene.form.values.get("code", ""),
        "is_valid": lambda: is_valid,
        "is_unknown": lambda: bool(scene.tail) and not is_valid,
        "needs_sign_in": lambda: visitor is None,
    }
    return {"invitation": Drop(fields)}


def _may_redeem(scene: Scene, invitation: Invitation, visitor: Visitor | None) -> bool:
    if invitation.is_open(scene.visit.now):
        return True
    return visitor is not None and (
        invitation.may_finish(visitor.contact_id) or _was_cut_off(scene, invitation, visitor)
    )


def _was_cut_off(scene: Scene, invitation: Invitation, visitor: Visitor) -> bool:
    """Whether somebody has redeemed it, and the organization went away before he or she became the invited contact."""
    invited = invitation.contact_id
    return (
        invitation.may_finish(invited)
        and is_newcomer(visitor.session_id)
        and not contact_has_identity(scene.rows, uuid.UUID(invited))
    )


def _enter(call: ActionCall) -> ActionDone:
    """A code that was typed leads to its own address, where one signs in and comes back to."""
    code = call.value("code")
    found = invitation_find(call.scene, code)
    if found is None or not _may_redeem(call.scene, found, call.scene.visit.visitor):
        raise FormRefused({"code": call.scene.snippet("Invitation/Unknown", UNKNOWN)})
    return ActionDone(redeem_path(call.scene, code))


def _redeem(call: ActionCall) -> ActionDone:
    scene = call.scene
    visitor = scene.visit.visitor
    if visitor is None:
        raise SignInNeeded("Please sign in.")
    invitation = invitation_find(scene, scene.tail)
    if invitation is None or not _may_redeem(scene, invitation, visitor):
        raise FormRefused({"": scene.snippet("Invitation/Unknown", UNKNOWN)})
    contact = _contact(scene, invitation, visitor)
    _claim(scene, invitation, contact)
    _finish(scene, invitation, visitor, uuid.UUID(contact))
    home = scene.edition.markers.get(HOME)
    return ActionDone(home.path if home else "/", "invitation-accepted")


def _contact(scene: Scene, invitation: Invitation, visitor: Visitor) -> str:
    """Who gets what the invitation gives: for a newcomer the invited contact; somebody we know stays who it is."""
    invited = invitation.contact_id
    if invited in {"", visitor.contact_id} or not is_newcomer(visitor.session_id):
        return visitor.contact_id
    if contact_has_identity(scene.rows, uuid.UUID(invited)):
        raise FormRefused({"": scene.snippet("Invitation/Taken", TAKEN)})
    return invited


def _claim(scene: Scene, invitation: Invitation, contact: str) -> None:
    """Count this redemption, on condition that nobody else has counted one since the row was read."""
    if invitation.may_finish(contact):
        return
    redemptions = invitation.redemptions + 1
    values: dict[str, object] = {"adx_redemptions": redemptions}
    values["adx_redeemedcontact@odata.bind"] = f"/contacts({contact})"
    if invitation.most_redemptions is not None and redemptions >= invitation.most_redemptions:
        values |= {"statecode": 1, "statuscode": REDEEMED}
    try:
        scene.rows.update(SET, uuid.UUID(invitation.id), values, etag=invitation.etag)
    except PortalAdminError as problem:
        if problem.code == "organizations:row-changed":
            raise FormRefused({"": scene.snippet("Invitation/Meanwhile", MEANWHILE)}) from problem
        raise


def _finish(scene: Scene, invitation: Invitation, visitor: Visitor, contact: uuid.UUID) -> None:
    """All that the invitation gives. Every step may be done twice: who lost the answer presses the button again."""
    rows = scene.rows
    if str(contact) != visitor.contact_id:
        identity_move(rows, visitor.session_id, contact)
    if invitation.account_id:
        rows.update("contacts", contact, {"parentcustomerid_account@odata.bind": f"/accounts({invitation.account_id})"})
    for role in invitation.role_ids:
        rows.associate("adx_webroles", uuid.UUID(role), "adx_webrole_contact", "contacts", contact)
    row_id = uuid.uuid5(KEYS, f"{invitation.id}\n{contact}")
    regarding = {"regardingobjectid_adx_invitation_adx_inviteredemption@odata.bind": f"/{SET}({invitation.id})"}
    rows.upsert("adx_inviteredemptions", row_id, {"subject": f"{visitor.name} ({visitor.email})"[:200], **regarding})
    session_contact_change(rows, visitor.session_id, contact)
    redeemed_mail(scene, inviter_id=invitation.inviter_id, name=visitor.name, invitation_id=invitation.id)


FEATURE = Feature(REDEEM, _open, actions={"enter": _enter, "redeem": _redeem}, takes_tail=True)
