"""Starting a thread, replying, editing one's own post."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from websites.errors import FormRefused, PageDenied
from websites.features.forums import rights
from websites.features.forums.counting import forum_counted, thread_counted
from websites.features.forums.files import upload_attach, upload_read
from websites.features.forums.mails import subscribers_tell
from websites.features.forums.places import anchor_of, forum_here, thread_path
from websites.features.forums.reading import (
    POST_ID,
    POSTS,
    THREAD_ID,
    THREADS,
    id_of,
    post_in,
    thread_here,
)
from websites.features.forums.shown import TEXT
from websites.features.forums.subscribing import subscription_begin
from websites.features.once import row_id_of
from websites.features.registry import ActionCall, ActionDone
from websites.objects.scene import Scene
from websites.paging import numbers_of
from websites.site.writing import writing_lines

TITLE = 100  # characters, as the tables have them
REQUIRED, TOO_LONG = "Please fill in this field.", "That is too long: at most {limit} characters."


def thread_start(call: ActionCall) -> ActionDone:
    """A thread with its first post. Sent twice it is one thread."""
    scene, forum = call.scene, forum_here(call.scene)
    if not rights.may_start(scene):
        raise PageDenied("This visitor may not start threads.")
    title, text, type_id = _checked(call, "title", TITLE), _checked(call, "text", TEXT), _type(call)
    _all_right(title=title[1], text=text[1], type=type_id[1])
    upload = upload_read(call)
    thread_id, post_id = row_id_of(call, "thread"), row_id_of(call, "post")
    path = thread_path(scene, forum, str(thread_id))
    if scene.rows.row(POSTS, post_id, select=(POST_ID,)) is not None:
        return ActionDone(path, "thread-posted")
    now = _now()
    values = {
        "adx_name": title[0],
        "adx_forumid@odata.bind": f"/adx_communityforums({forum.id})",
        "adx_typeid@odata.bind": f"/adx_forumthreadtypes({type_id[0]})",
        "adx_lastpostdate": now,
        "adx_sticky": False,
        "adx_locked": False,
        "adx_isanswered": False,
    }
    scene.rows.upsert(THREADS, thread_id, values)
    _post_write(scene, post_id, thread_id, title=title[0], text=text[0], now=now)
    thread_counted(scene, str(thread_id), first=post_id, last=post_id)
    forum_counted(scene, forum, posts=1, threads=1, last=post_id)
    upload_attach(scene, post_id, upload)
    if call.value("subscribe") and rights.may_subscribe(scene):
        subscription_begin(scene, str(thread_id), title[0])
    return ActionDone(path, "thread-posted")


def reply(call: ActionCall) -> ActionDone:
    """A post at the end of a thread; who subscribed is told. Sent twice it is one post."""
    scene, forum = call.scene, forum_here(call.scene)
    thread = thread_here(scene)
    if not rights.may_reply(scene, thread):
        raise PageDenied("This visitor may not reply here.")
    text = _checked(call, "text", TEXT)
    _all_right(text=text[1])
    upload = upload_read(call)
    thread_id, post_id = id_of(thread, THREAD_ID), row_id_of(call, "post")
    if scene.rows.row(POSTS, post_id, select=(POST_ID,)) is None:
        title = f"Re: {thread.get('adx_name') or ''}"[:TITLE]
        quoted = _quoted(call)
        _post_write(scene, post_id, uuid.UUID(thread_id), title=title, text=text[0], now=_now(), quoted=quoted)
        count = thread_counted(scene, thread_id, last=post_id)
        forum_counted(scene, forum, posts=1, threads=0, last=post_id)
        upload_attach(scene, post_id, upload)
        if call.value("subscribe") and rights.may_subscribe(scene):
            subscription_begin(scene, thread_id, str(thread.get("adx_name") or ""))
        subscribers_tell(scene, forum, thread, post_id=post_id, text=writing_lines(text[0]))
    else:
        count = int(thread.get("adx_postcount") or 1)
    return ActionDone(
        thread_path(scene, forum, thread_id), "reply-posted", params=_page(scene, count), anchor=anchor_of(str(post_id))
    )


def edit(call: ActionCall) -> ActionDone:
    """Other words in one's own post."""
    scene, forum = call.scene, forum_here(call.scene)
    thread = thread_here(scene)
    post = post_in(scene, thread, call.value("post"))
    if not rights.may_edit(scene, thread, post):
        raise PageDenied("This visitor may not edit the post.")
    text = _checked(call, "text", TEXT)
    _all_right(text=text[1])
    scene.rows.upsert(POSTS, uuid.UUID(id_of(post, POST_ID)), {"adx_content": text[0]})
    path = thread_path(scene, forum, id_of(thread, THREAD_ID))
    return ActionDone(path, "post-saved", anchor=anchor_of(id_of(post, POST_ID)))


def _post_write(
    scene: Scene,
    post_id: uuid.UUID,
    thread_id: uuid.UUID,
    *,
    title: str,
    text: str,
    now: str,
    quoted: uuid.UUID | None = None,
) -> None:
    values = {
        "adx_name": title,
        "adx_content": text,
        "adx_date": now,
        "adx_isanswer": False,
        "adx_forumthreadid@odata.bind": f"/{THREADS}({thread_id})",
        "adx_authorid@odata.bind": f"/contacts({rights.me(scene).contact_id})",
    }
    if quoted:
        values["adx_regardingid@odata.bind"] = f"/{POSTS}({quoted})"
    scene.rows.upsert(POSTS, post_id, values)


def _quoted(call: ActionCall) -> uuid.UUID | None:
    """The post that the reply quotes, if the form names one of this thread."""
    asked = call.value("regarding")
    return uuid.UUID(id_of(post_in(call.scene, thread_here(call.scene), asked), POST_ID)) if asked else None


def _checked(call: ActionCall, name: str, longest: int) -> tuple[str, str]:
    """The field's value, and what is wrong with it."""
    text = call.value(name)
    if not text:
        return "", call.scene.snippet("Form/Required", REQUIRED)
    if len(text) > longest:
        return "", call.scene.snippet("Form/Too Long", TOO_LONG).replace("{limit}", str(longest))
    return text, ""


def _type(call: ActionCall) -> tuple[str, str]:
    """The chosen type of thread, else the default one, and what is wrong with it."""
    known, asked = call.scene.loaded.site.thread_types, call.value("type").lower()
    if asked:
        wrong = "" if asked in known else call.scene.snippet("Form/Choice", "Please choose one of the list.")
        return asked, wrong
    default = next((type_.id for type_ in known.values() if type_.is_default), next(iter(known), ""))
    return default, "" if default else call.scene.snippet("Form/Choice", "Please choose one of the list.")


def _all_right(**problems: str) -> None:
    """Raises :class:`FormRefused` for what is wrong, by field."""
    found = {name: problem for name, problem in problems.items() if problem}
    if found:
        raise FormRefused(found)


def _page(scene: Scene, count: int) -> dict[str, str]:
    """The page that shows the newest of ``count`` posts."""
    _, size = numbers_of("", scene.settings.get("Forums/Posts Page Size", "15"))
    last = -(-count // size)
    return {"page": str(last)} if last > 1 else {}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
