"""Which reply is the answer: said by the thread's author, or by a moderator."""

from __future__ import annotations

import uuid

from websites.errors import PageDenied
from websites.features.forums import rights
from websites.features.forums.places import anchor_of, forum_here, thread_path
from websites.features.forums.reading import POST_ID, POSTS, THREAD_ID, THREADS, id_of, post_in, posts_of, thread_here
from websites.features.registry import ActionCall, ActionDone


def answer(call: ActionCall) -> ActionDone:
    """This reply is the answer. A thread may have several."""
    return _settle(call, is_answer=True)


def unanswer(call: ActionCall) -> ActionDone:
    """It is not; the thread stays answered while another reply is an answer."""
    return _settle(call, is_answer=False)


def _settle(call: ActionCall, *, is_answer: bool) -> ActionDone:
    scene = call.scene
    thread = thread_here(scene)
    post = post_in(scene, thread, call.value("post"))
    if not rights.may_mark(scene, thread, post):
        raise PageDenied("This visitor may not say what the answer is.")
    post_id, thread_id = id_of(post, POST_ID), id_of(thread, THREAD_ID)
    scene.rows.upsert(POSTS, uuid.UUID(post_id), {"adx_isanswer": is_answer})
    others = f"{posts_of(thread)} and adx_isanswer eq true and {POST_ID} ne {post_id}"
    is_answered = is_answer or any(True for _ in scene.rows.rows(POSTS, select=(POST_ID,), filter=others, top=1))
    scene.rows.upsert(THREADS, uuid.UUID(thread_id), {"adx_isanswered": is_answered})
    notice = "answer-marked" if is_answer else "answer-unmarked"
    page = call.scene.visit.params.get("page", "")
    params = {"page": page} if page.isdecimal() else {}
    path = thread_path(scene, forum_here(scene), thread_id)
    return ActionDone(path, notice, params=params, anchor=anchor_of(post_id))
