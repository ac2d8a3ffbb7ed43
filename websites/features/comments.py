"""Comments on a row of the organization: an article, a blog post, an idea. Rows of the table feedback.

What is approved is part of the site (:attr:`websites.site.values.Site.comments`), so that reading costs the
organization nothing; a visitor who has just written sees the comment at once, approved or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from core.errors import Unavailable
from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features.once import once_of, row_id_of
from websites.features.registry import ActionCall
from websites.objects.people import sign_in_url
from websites.objects.scene import Scene
from websites.quotas.values import Quota
from websites.site.cleaning import message_html
from websites.site.comments import comment_of
from websites.site.values import Comment
from websites.templating.drop import Drop

TABLE, ENTITY_SET = "feedback", "feedback"
FIELD = "comment"
QUOTA = Quota("comment", 30, "Comments/Comments per Hour")
LONGEST = 2000  # characters, as feedback.comments has them
COLUMNS = ("feedbackid", "comments", "createdon", "adx_contactusername", "_createdbycontact_value", "adx_approved")
EMPTY, TOO_LONG = "Write something first.", "That is too long: at most {limit} characters."


class CommentPolicy(IntEnum):
    """Who may comment (adx_commentpolicy of blogs and posts, adx_feedbackpolicy of pages)."""

    INHERIT = 756150000
    NONE = 756150001
    OPEN = 756150002
    OPEN_TO_AUTHENTICATED = 756150003
    MODERATED = 756150004
    CLOSED = 756150005


WRITABLE = {CommentPolicy.OPEN, CommentPolicy.OPEN_TO_AUTHENTICATED, CommentPolicy.MODERATED}
NAMED = {
    "open": CommentPolicy.OPEN_TO_AUTHENTICATED,
    "moderated": CommentPolicy.MODERATED,
    "closed": CommentPolicy.CLOSED,
    "none": CommentPolicy.NONE,
}


@dataclass(frozen=True)
class Subject:
    """What is commented on: a row of a table that feedback may be about (``regardingobjectid``)."""

    table: str  # "knowledgearticle"
    entity_set: str  # "knowledgearticles"
    id: str


def policy_named(text: str, default: CommentPolicy) -> CommentPolicy:
    """A site setting's word: open, moderated, closed, none."""
    return NAMED.get(text.strip().lower(), default)


def comments_drop(scene: Scene, subject: Subject, *, policy: CommentPolicy) -> Drop:
    """``comments`` for a template, shown by the web template *Comments*.

    Attributes: ``list`` (each ``author`` ``at`` ``html`` ``is_own`` ``is_pending``), ``count``, ``is_shown``,
    ``may_add``, ``needs_sign_in``, ``sign_in_url``, ``is_moderated``, ``longest``, ``once``.
    """
    found = comments_on(scene, subject) if policy is not CommentPolicy.NONE and _may_read(scene) else ()
    is_open = policy in WRITABLE
    return Drop(
        {
            "list": lambda: [_drop(scene, comment) for comment in found],
            "count": lambda: len(found),
            "is_shown": lambda: bool(found) or (is_open and _may_read(scene)),
            "may_add": lambda: is_open and _may_add(scene, policy),
            "needs_sign_in": lambda: is_open and scene.visit.visitor is None and not _may_add(scene, policy),
            "sign_in_url": lambda: sign_in_url(scene),
            "is_moderated": lambda: policy is CommentPolicy.MODERATED,
            "longest": lambda: LONGEST,
            "once": lambda: once_of(scene),
        }
    )


def comments_on(scene: Scene, subject: Subject) -> tuple[Comment, ...]:
    """Approved comments, oldest first; for somebody who has just written also their own, as they are now."""
    known = scene.loaded.site.comments.get(subject.id.lower(), ())
    own = _own(scene, subject) if scene.visit.params.get("notice") and scene.visit.visitor else []
    ids = {comment.id.lower() for comment in known}
    return (*known, *(comment for comment in own if comment.id.lower() not in ids))


def comment_add(call: ActionCall, subject: Subject, *, policy: CommentPolicy) -> bool:
    """Write the form's ``comment``; whether it is shown without being approved first.

    Raises:
        PageDenied: nobody may comment here, or not this visitor.
        FormRefused: empty, or too long.
    """
    scene = call.scene
    if policy not in WRITABLE or not _may_add(scene, policy):
        raise PageDenied("This visitor may not comment here.")
    text = call.value(FIELD)
    if not text:
        raise FormRefused({FIELD: scene.snippet("Comments/Empty", EMPTY)})
    if len(text) > LONGEST:
        raise FormRefused({FIELD: scene.snippet("Comments/Too Long", TOO_LONG).replace("{limit}", str(LONGEST))})
    is_approved = policy is not CommentPolicy.MODERATED
    values = {**feedback_values(scene, subject), "comments": text, "adx_approved": is_approved}
    scene.rows.upsert(ENTITY_SET, row_id_of(call, f"comment:{subject.id.lower()}"), values)
    return is_approved


def feedback_values(scene: Scene, subject: Subject) -> dict[str, object]:
    """What every row of feedback about ``subject`` by this visitor holds."""
    values: dict[str, object] = {
        "title": scene.page.title[:155] or subject.table,
        f"regardingobjectid_{subject.table}@odata.bind": f"/{subject.entity_set}({subject.id})",
    }
    visitor = scene.visit.visitor
    if visitor is not None:
        values["CreatedByContact@odata.bind"] = f"/contacts({visitor.contact_id})"
        values["adx_contactusername"] = visitor.name[:100]
        values["adx_contactemail"] = visitor.email[:100]
    return values


def _own(scene: Scene, subject: Subject) -> list[Comment]:
    visitor = scene.visit.visitor
    contact = visitor.contact_id if visitor else ""
    wanted = f"_regardingobjectid_value eq {subject.id} and _createdbycontact_value eq {contact} and comments ne null"
    try:
        found = scene.rows.rows(ENTITY_SET, select=COLUMNS, filter=wanted, orderby="createdon desc", top=20)
        return [comment_of(row, is_approved=bool(row["adx_approved"])) for row in reversed(list(found))]
    except Unavailable:
        return []


def _may_read(scene: Scene) -> bool:
    return scene.access.may(TABLE, Right.READ)


def _may_add(scene: Scene, policy: CommentPolicy) -> bool:
    """Strangers only where everybody may, and the site gives them the right."""
    visitor = scene.visit.visitor
    if visitor is None and policy is not CommentPolicy.OPEN:
        return False
    return scene.access.may(TABLE, Right.CREATE, {"_createdbycontact_value": visitor.contact_id if visitor else ""})


def _drop(scene: Scene, comment: Comment) -> Drop:
    visitor = scene.visit.visitor
    return Drop(
        {
            "id": lambda: comment.id,
            "author": lambda: comment.author,
            "at": lambda: comment.at,
            "html": lambda: message_html(comment.text),
            "is_own": lambda: visitor is not None and comment.author_id == visitor.contact_id.lower(),
            "is_pending": lambda: not comment.is_approved,
        }
    )
