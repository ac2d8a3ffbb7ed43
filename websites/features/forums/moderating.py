"""Reporting a post; and what moderators do: settle reports, remove posts and threads, lock and pin.

Nothing is deleted: what was removed is inactive, so that the organization can look at it and put it back.
"""

from __future__ import annotations

import uuid

from websites.errors import FormRefused, PageDenied
from websites.features.forums import rights
from websites.features.forums.counting import forum_counted, thread_counted
from websites.features.forums.places import forum_here, forum_path, forums_path, thread_path
from websites.features.forums.reading import (
    POST_ID,
    POSTS,
    THREAD_ID,
    THREADS,
    id_of,
    is_first,
    post_in,
    posts_of,
    thread_here,
)
from websites.features.forums.reports import reports_settle
from websites.features.once import KEYS
from websites.features.registry import ActionCall, ActionDone
from websites.live_pages import Row

INACTIVE = {"statecode": 1, "statuscode": 2}
REASON = 2_000  # characters, as feedback.comments has them


def report(call: ActionCall) -> ActionDone:
    """Tell the moderators of a post; again by the same visitor writes over the first report."""
    scene, thread = call.scene, thread_here(call.scene)
    post = post_in(scene, thread, call.value("post"))
    if not rights.may_report(scene, post):
        raise PageDenied("This visitor may not report the post.")
    reason = call.value("reason")[:REASON]
    if not reason:
        raise FormRefused({"reason": scene.snippet("Form/Required", "Please fill in this field.")})
    visitor, post_id = rights.me(scene), id_of(post, POST_ID)
    values = {
        "title": str(post.get("adx_name") or "")[:155] or "Report",
        "comments": reason,
        "adx_approved": False,
        "statecode": 0,
        "statuscode": 1,
        "regardingobjectid_adx_communityforumpost@odata.bind": f"/{POSTS}({post_id})",
        "CreatedByContact@odata.bind": f"/contacts({visitor.contact_id})",
        "adx_contactusername": visitor.name[:100],
    }
    scene.rows.upsert("feedback", uuid.uuid5(KEYS, f"report\n{post_id}\n{visitor.contact_id.lower()}"), values)
    return ActionDone(_path(call, thread), "post-reported")


def dismiss(call: ActionCall) -> ActionDone:
    """There is nothing wrong with a reported post."""
    if not rights.may_see_reports(call.scene):
        raise PageDenied("Only moderators settle reports.")
    reports_settle(call.scene, report_id=call.value("report"))
    return ActionDone(forums_path(call.scene), "report-dismissed")


def remove(call: ActionCall) -> ActionDone:
    """A post; with the first one, its whole thread."""
    scene, thread, forum = call.scene, thread_here(call.scene), forum_here(call.scene)
    post = post_in(scene, thread, call.value("post"))
    if not rights.may_remove(scene, post):
        raise PageDenied("This visitor may not remove the post.")
    post_id, thread_id = id_of(post, POST_ID), id_of(thread, THREAD_ID)
    if is_first(thread, post):
        if not rights.may_moderate(scene, thread):
            raise PageDenied("This visitor may not remove the thread.")
        scene.rows.upsert(THREADS, uuid.UUID(thread_id), INACTIVE)
        forum_counted(scene, forum, posts=-int(thread.get("adx_postcount") or 1), threads=-1)
        reports_settle(scene, post_id=post_id)
        return ActionDone(forum_path(scene, forum), "thread-removed")
    scene.rows.upsert(POSTS, uuid.UUID(post_id), INACTIVE)
    thread_counted(scene, thread_id)
    if post.get("adx_isanswer"):
        _answered_again(call, thread)
    forum_counted(scene, forum, posts=-1, threads=0)
    reports_settle(scene, post_id=post_id)
    return ActionDone(_path(call, thread), "post-removed")


def lock(call: ActionCall) -> ActionDone:
    return _moderate(call, "thread-locked", {"adx_locked": True})


def unlock(call: ActionCall) -> ActionDone:
    return _moderate(call, "thread-unlocked", {"adx_locked": False})


def pin(call: ActionCall) -> ActionDone:
    return _moderate(call, "thread-pinned", {"adx_sticky": True})


def unpin(call: ActionCall) -> ActionDone:
    return _moderate(call, "thread-unpinned", {"adx_sticky": False})


def _moderate(call: ActionCall, notice: str, values: dict[str, object]) -> ActionDone:
    thread = thread_here(call.scene)
    if not rights.may_moderate(call.scene, thread):
        raise PageDenied("This visitor may not moderate the thread.")
    call.scene.rows.upsert(THREADS, uuid.UUID(id_of(thread, THREAD_ID)), values)
    return ActionDone(_path(call, thread), notice)


def _answered_again(call: ActionCall, thread: Row) -> None:
    """The thread is answered while another of its posts is an answer."""
    wanted = f"{posts_of(thread)} and adx_isanswer eq true"
    left = any(True for _ in call.scene.rows.rows(POSTS, select=(POST_ID,), filter=wanted, top=1))
    call.scene.rows.upsert(THREADS, uuid.UUID(id_of(thread, THREAD_ID)), {"adx_isanswered": left})


def _path(call: ActionCall, thread: Row) -> str:
    return thread_path(call.scene, forum_here(call.scene), id_of(thread, THREAD_ID))
