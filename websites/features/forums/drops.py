"""Forums, threads and posts as templates see them."""

from __future__ import annotations

from typing import Any

from websites.features.forums import rights
from websites.features.forums.places import anchor_of, forum_path, thread_path
from websites.features.forums.reading import POST_ID, THREAD_ID, id_of, is_first
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.site.community_values import Forum
from websites.site.times import time_of
from websites.site.writing import writing_html
from websites.templating.drop import Drop, fields_of

SOMEBODY = "A former member"


def forum_drop(scene: Scene, forum: Forum, **more: Any) -> Drop:
    """A forum of the site; ``more`` is made for its own page."""
    return Drop(
        {
            "id": lambda: forum.id,
            "name": lambda: forum.name,
            "description": lambda: forum.description,
            "url": lambda: forum_path(scene, forum),
            "thread_count": lambda: forum.thread_count,
            "post_count": lambda: forum.post_count,
            "last_post": lambda: _last_post(scene, forum),
            **more,
        }
    )


def _last_post(scene: Scene, forum: Forum) -> Drop | None:
    last = forum.last_post
    if last is None:
        return None
    return Drop(
        {
            "title": lambda: last.thread,
            "url": lambda: thread_path(scene, forum, last.thread_id),
            "author": lambda: last.author or somebody(scene),
            "at": lambda: last.at,
        }
    )


def thread_fields(scene: Scene, forum: Forum, row: Row) -> dict[str, Any]:
    """What lists and the thread's own page show."""
    type_ = scene.loaded.site.thread_types.get(id_of(row, "_adx_typeid_value"))
    first, last = row.get("adx_firstpostid") or {}, row.get("adx_lastpostid") or {}
    return {
        "id": lambda: id_of(row, THREAD_ID),
        "title": lambda: str(row.get("adx_name") or ""),
        "url": lambda: thread_path(scene, forum, id_of(row, THREAD_ID)),
        "type": lambda: type_.name if type_ else "",
        "is_sticky": lambda: bool(row.get("adx_sticky")),
        "is_locked": lambda: bool(row.get("adx_locked")),
        "is_answered": lambda: bool(row.get("adx_isanswered")),
        "wants_answer": lambda: type_ is not None and type_.requires_answer and not row.get("adx_isanswered"),
        "reply_count": lambda: max(int(row.get("adx_postcount") or 0) - 1, 0),
        "author": lambda: author_of(scene, first),
        "last_post": lambda: (
            Drop({"author": lambda: author_of(scene, last), "at": lambda: time_of(last.get("adx_date"))})
            if last and not last.get("statecode")
            else None
        ),
    }


def post_drop(scene: Scene, thread: Row, post: Row, url: str, files: list[Drop]) -> Drop:
    """One post; ``url`` is the page of the thread that shows it."""
    id_, started_by = id_of(post, POST_ID), id_of(thread.get("adx_firstpostid") or {}, "_adx_authorid_value")
    join = "&" if "?" in url else "?"

    def link(name: str, may: bool) -> str:
        return f"{url}{join}{name}={id_}" + ("#reply" if name == "quote" else "#writing") if may else ""

    links = {
        "quote_url": link("quote", rights.may_reply(scene, thread)),
        "edit_url": link("edit", rights.may_edit(scene, thread, post)),
        "report_url": link("report", rights.may_report(scene, post)),
        "remove_url": link("remove", rights.may_remove(scene, post)),
    }
    may_settle = rights.may_mark(scene, thread, post)
    return Drop(
        {
            "id": lambda: id_,
            "anchor": lambda: anchor_of(id_),
            "author": lambda: author_of(scene, post),
            "at": lambda: time_of(post.get("adx_date")),
            "html": lambda: writing_html(str(post.get("adx_content") or "")),
            "attachments": lambda: files,
            "is_answer": lambda: bool(post.get("adx_isanswer")),
            "is_first": lambda: is_first(thread, post),
            "is_own": lambda: rights.is_own(scene, post),
            "is_by_starter": lambda: bool(started_by) and id_of(post, "_adx_authorid_value") == started_by,
            "may_mark": lambda: may_settle and not post.get("adx_isanswer"),
            "may_unmark": lambda: may_settle and bool(post.get("adx_isanswer")),
            "has_actions": lambda: may_settle or any(links.values()),
            **fields_of(links),
        }
    )


def author_of(scene: Scene, post: Row) -> str:
    """The author's name; a word of the site where the contact is gone."""
    return str((post.get("adx_authorid") or {}).get("fullname") or somebody(scene))


def somebody(scene: Scene) -> str:
    return scene.snippet("Forums/Somebody", SOMEBODY)
