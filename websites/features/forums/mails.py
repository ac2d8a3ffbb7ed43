"""Mail to those who subscribed to a thread, when somebody has replied."""

from __future__ import annotations

import logging

from core.errors import Unavailable
from websites.features.forums import rights
from websites.features.forums.places import anchor_of, thread_path
from websites.features.forums.reading import THREAD_ID, id_of
from websites.features.forums.subscribing import ALERT_ID, ALERTS
from websites.features.forums.unsubscribing import unsubscribe_path
from websites.live_pages import Row
from websites.mailing import ListHeaders, MailRefused, mail_enqueue
from websites.objects.scene import Scene
from websites.site.community_values import Forum
from websites.site.writing import excerpt_of

logger = logging.getLogger(__name__)
EXCERPT = 1_000  # characters of the reply


def subscribers_tell(scene: Scene, forum: Forum, thread: Row, *, post_id: object, text: str) -> int:
    """Write a mail down for everybody who subscribed, but not for the author; how many.

    The reply is there already: an organization that is away now costs the mails, not the reply.
    """
    try:
        found = list(_subscribers(scene, id_of(thread, THREAD_ID)))
    except Unavailable as problem:
        logger.warning("Nobody was told of a reply: %s", problem)
        return 0
    return sum(_tell(scene, forum, thread, contact, post_id=post_id, text=text) for contact in found)


def _subscribers(scene: Scene, thread_id: str) -> list[Row]:
    """Active contacts with an address: one call."""
    rows = scene.rows.rows(
        ALERTS,
        select=(ALERT_ID, "adx_expirationdate", "_adx_subscriberid_value"),
        filter=f"_adx_threadid_value eq {thread_id} and statecode eq 0",
        expand="adx_subscriberid($select=contactid,emailaddress1,statecode)",
    )
    author = rights.me(scene).contact_id.lower()
    contacts = {id_of(row, "_adx_subscriberid_value"): row.get("adx_subscriberid") or {} for row in rows}
    return [
        {**contact, "contactid": id_}
        for id_, contact in contacts.items()
        if id_ != author and contact.get("emailaddress1") and not contact.get("statecode")
    ]


def _tell(scene: Scene, forum: Forum, thread: Row, contact: Row, *, post_id: object, text: str) -> bool:
    portal, thread_id, title = scene.visit.portal, id_of(thread, THREAD_ID), str(thread.get("adx_name") or "")
    unsubscribe = f"{portal.origin}{unsubscribe_path(scene, thread_id, str(contact['contactid']))}"
    words = {"{thread}": title, "{forum}": forum.name, "{author}": rights.me(scene).name}
    reply = f"{portal.origin}{thread_path(scene, forum, thread_id)}#{anchor_of(str(post_id))}"
    body = "\n\n".join(
        (
            _said(scene, "Text", "{author} replied to “{thread}” in the forum {forum}:", words),
            excerpt_of(text, EXCERPT),
            f"{_said(scene, 'Link', 'Read and reply:', words)}\n{reply}",
            f"{_said(scene, 'Why', 'Unsubscribe, no sign-in needed:', words)}\n{unsubscribe}",
        )
    )
    try:
        return mail_enqueue(
            portal_id=portal.portal_id,
            key=f"forum-reply:{post_id}:{contact['contactid']}",
            to=str(contact["emailaddress1"]),
            subject=_said(scene, "Subject", "Reply to “{thread}”", words),
            body=body,
            listing=ListHeaders(f"thread-{thread_id}.{portal.host.partition(':')[0]}", unsubscribe),
        )
    except MailRefused:  # what the contact has for an address is none
        return False


def _said(scene: Scene, name: str, default: str, words: dict[str, str]) -> str:
    text = scene.snippet(f"Mail/Reply/{name}", default)
    for word, value in words.items():
        text = text.replace(word, value)
    return text
