"""A new e-mail address: written down only when somebody who reads its mail says so, signed in as the same visitor.

Sign-in may find a contact by a verified address, so that an address nobody confirmed would invite strangers in.
"""

from __future__ import annotations

import hashlib
import uuid

from django.core import signing
from django.utils import timezone

from websites.errors import FormRefused, PageDenied
from websites.features.registry import ActionCall, ActionDone
from websites.mailing import MailRefused, mail_enqueue
from websites.models import VisitorSession
from websites.objects.scene import Scene

SALT = "websites.profile.email"
SECONDS = 24 * 3600
SUBJECT = "Please confirm your new e-mail address"
TEXT = "Hello {name},\n\nplease confirm that this is your e-mail address at {website}:\n{url}"
OLD = "This link is too old, or was made for somebody else. Please enter the address again."


def email_ask(scene: Scene, email: str) -> None:
    """Send a mail to the new address, with a link that is good for a day; one a day for each address.

    Raises:
        FormRefused: no mail can be sent there.
    """
    visitor = scene.visit.visitor
    assert visitor is not None  # noqa: S101 - the feature needs sign-in
    portal = scene.visit.portal
    token = signing.dumps([str(portal.portal_id), visitor.contact_id.lower(), email], salt=SALT, compress=True)
    text = scene.snippet("Mail/Confirm E-mail/Text", TEXT)
    url = f"{portal.origin}{scene.page.path}?confirm={token}"
    for word, value in (("website", scene.loaded.site.name), ("name", visitor.name), ("url", url)):
        text = text.replace(f"{{{word}}}", value)
    name = hashlib.sha256(email.lower().encode()).hexdigest()[:24]
    try:
        mail_enqueue(
            portal_id=portal.portal_id,
            key=f"email:{visitor.contact_id.lower()}:{name}:{timezone.now():%Y-%m-%d}",
            to=email,
            subject=scene.snippet("Mail/Confirm E-mail/Subject", SUBJECT),
            body=text,
        )
    except MailRefused as refused:
        wrong = "Please enter an e-mail address, such as name@example.com."
        raise FormRefused({"emailaddress1": scene.snippet("Form/E-mail", wrong)}) from refused


def email_waiting(scene: Scene) -> str:
    """The address that the link in the page's address confirms; "" for none, or one that is not this visitor's."""
    return _read(scene, scene.visit.params.get("confirm", ""))


def email_confirm(call: ActionCall) -> ActionDone:
    """The button on the page that the mail led to.

    Raises:
        FormRefused: the link is too old, or another visitor's.
    """
    scene, visitor = call.scene, call.scene.visit.visitor
    if visitor is None:
        raise PageDenied("Nobody is signed in.")
    email = _read(scene, call.value("token"))
    if not email:
        raise FormRefused({"": scene.snippet("Profile/Link Old", OLD)})
    contact_id = uuid.UUID(visitor.contact_id)
    scene.rows.upsert("contacts", contact_id, {"emailaddress1": email, "adx_identity_emailaddress1confirmed": True})
    VisitorSession.objects.filter(portal_id=scene.visit.portal.portal_id, contact_id=contact_id).update(email=email)
    return ActionDone(scene.page.path, "profile-email-confirmed")


def _read(scene: Scene, token: str) -> str:
    visitor = scene.visit.visitor
    if not token or visitor is None:
        return ""
    try:
        portal, contact, email = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    is_theirs = portal == str(scene.visit.portal.portal_id) and contact == visitor.contact_id.lower()
    return str(email) if is_theirs else ""
