"""Mails about invitations: to who is invited, and to who invited when it was redeemed."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from websites.mailing import MailRefused, mail_enqueue
from websites.objects.scene import Scene

REDEEM = "Redeem Invitation"
INVITED = "You are invited to {site}"
INVITED_TEXT = """Hello,

{name} invites you to {site}.

Open this address, sign in and accept the invitation. It can be used once:

{url}

If you do not know who {name} is, you need not do anything.
"""
ACCEPTED = "{name} has accepted your invitation to {site}"
ACCEPTED_TEXT = """Hello,

{name} has accepted your invitation to {site} and can work there from now on.
"""


def redeem_path(scene: Scene, code: str) -> str:
    page = scene.edition.markers.get(REDEEM)
    return f"{page.path}{quote(code, safe='')}/" if page else "/"


def invitation_mail(scene: Scene, *, to: str, code: str, invitation_id: str) -> None:
    """Tell somebody that he or she is invited."""
    url = f"{scene.visit.portal.origin}{redeem_path(scene, code)}"
    name = scene.visit.visitor.name if scene.visit.visitor else scene.loaded.site.name
    words = {"name": name, "site": scene.loaded.site.name, "url": url}
    _send(scene, f"invitation:{invitation_id}", to, "Invitation", (INVITED, INVITED_TEXT), words)


def redeemed_mail(scene: Scene, *, inviter_id: str, name: str, invitation_id: str) -> None:
    """Tell the inviter that the invitation was accepted; nothing where there is no address."""
    row = scene.rows.row("contacts", uuid.UUID(inviter_id), select=("emailaddress1",)) if inviter_id else None
    to = str((row or {}).get("emailaddress1") or "")
    if to:
        words = {"name": name, "site": scene.loaded.site.name}
        _send(scene, f"redeemed:{invitation_id}:{name}"[:200], to, "Redemption", (ACCEPTED, ACCEPTED_TEXT), words)


def _send(scene: Scene, key: str, to: str, kind: str, defaults: tuple[str, str], words: dict[str, str]) -> None:
    """An address that is none is left out: the page has said what is wrong with it where it was typed."""
    subject = scene.snippet(f"Mail/{kind} Subject", defaults[0])
    body = scene.snippet(f"Mail/{kind} Text", defaults[1])
    for name, value in words.items():
        subject, body = subject.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
    try:
        mail_enqueue(portal_id=scene.visit.portal.portal_id, key=key, to=to, subject=subject, body=body)
    except MailRefused:
        return
