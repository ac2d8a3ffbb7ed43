"""What a visitor may do in forums: entity permissions, and what a locked thread forbids to everybody."""

from __future__ import annotations

from websites.access import Right
from websites.errors import PageDenied
from websites.features.forums.reading import POST, THREAD, id_of, is_first
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.visitors.values import Visitor

ALERT, FEEDBACK = "adx_communityforumalert", "feedback"


def me(scene: Scene) -> Visitor:
    """Who is signed in. Raises :class:`PageDenied`: only they write."""
    if scene.visit.visitor is None:
        raise PageDenied("Only visitors who are signed in may write.")
    return scene.visit.visitor


def may_write(scene: Scene) -> bool:
    """Whether posts of this visitor's own may be made."""
    visitor = scene.visit.visitor
    own = {"_adx_authorid_value": visitor.contact_id} if visitor else {}
    return visitor is not None and scene.access.may(POST, Right.CREATE, own)


def may_start(scene: Scene) -> bool:
    return may_write(scene) and scene.access.may(THREAD, Right.CREATE, {})


def may_reply(scene: Scene, thread: Row) -> bool:
    return not thread.get("adx_locked") and may_write(scene)


def may_edit(scene: Scene, thread: Row, post: Row) -> bool:
    """One's own posts only: nobody puts words into another's mouth."""
    return not thread.get("adx_locked") and is_own(scene, post) and scene.access.may(POST, Right.WRITE, post)


def may_settle(scene: Scene, thread: Row) -> bool:
    """Whether the visitor says which post is the answer: the thread's author, or a moderator."""
    type_ = scene.loaded.site.thread_types.get(id_of(thread, "_adx_typeid_value"))
    wants_answer = type_ is not None and type_.requires_answer
    return wants_answer and not thread.get("adx_locked") and scene.access.may(THREAD, Right.WRITE, thread)


def may_mark(scene: Scene, thread: Row, post: Row) -> bool:
    return may_settle(scene, thread) and not is_first(thread, post)


def may_moderate(scene: Scene, thread: Row) -> bool:
    return scene.access.may(THREAD, Right.DELETE, thread)


def may_remove(scene: Scene, post: Row) -> bool:
    return scene.access.may(POST, Right.DELETE, post)


def may_subscribe(scene: Scene) -> bool:
    visitor = scene.visit.visitor
    own = {"_adx_subscriberid_value": visitor.contact_id} if visitor else {}
    return visitor is not None and bool(visitor.email) and scene.access.may(ALERT, Right.CREATE, own)


def may_report(scene: Scene, post: Row) -> bool:
    visitor = scene.visit.visitor
    own = {"_createdbycontact_value": visitor.contact_id} if visitor else {}
    return visitor is not None and not is_own(scene, post) and scene.access.may(FEEDBACK, Right.CREATE, own)


def may_see_reports(scene: Scene) -> bool:
    """Whether the visitor moderates at all: they may remove any post, and settle any report."""
    return scene.access.may(POST, Right.DELETE, {}) and scene.access.may(FEEDBACK, Right.WRITE, {})


def is_own(scene: Scene, post: Row) -> bool:
    visitor = scene.visit.visitor
    return visitor is not None and id_of(post, "_adx_authorid_value") == visitor.contact_id.lower()
