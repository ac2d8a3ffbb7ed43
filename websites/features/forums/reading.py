"""Threads and posts as the organization has them now, narrowed to what this visitor may read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from websites.access import Right
from websites.errors import PageMissing
from websites.features.forums.places import forum_path, place_of, thread_path
from websites.live_pages import Listed, Row, live_page
from websites.objects.scene import Scene
from websites.paging import Paging
from websites.site.community_values import Forum

THREAD, THREADS = "adx_communityforumthread", "adx_communityforumthreads"
POST, POSTS = "adx_communityforumpost", "adx_communityforumposts"
THREAD_ID, POST_ID = "adx_communityforumthreadid", "adx_communityforumpostid"
_END = "$select=adx_communityforumpostid,adx_date,statecode,_adx_authorid_value;$expand=adx_authorid($select=fullname)"
THREAD_COLUMNS = (
    THREAD_ID,
    "adx_name",
    "adx_isanswered",
    "adx_sticky",
    "adx_locked",
    "adx_postcount",
    "adx_lastpostdate",
    "statecode",
    "_adx_forumid_value",
    "_adx_typeid_value",
    "_adx_firstpostid_value",
    "_adx_lastpostid_value",
    "_adx_publishingstateid_value",
)
THREAD_EXPAND = f"adx_firstpostid({_END}),adx_lastpostid({_END})"
POST_COLUMNS = (
    POST_ID,
    "adx_name",
    "adx_content",
    "adx_date",
    "adx_isanswer",
    "statecode",
    "createdon",
    "_adx_authorid_value",
    "_adx_forumthreadid_value",
    "_adx_publishingstateid_value",
)
POST_EXPAND = "adx_authorid($select=fullname)"
OPEN = "open"  # the filter for threads that still want an answer


def threads_page(scene: Scene, forum: Forum) -> Paging[Row]:
    """Threads of a forum: pinned ones first, then by their last post."""
    allowed = scene.access.filter(THREAD)
    is_open = scene.visit.params.get("show") == OPEN
    terms = [f"_adx_forumid_value eq {forum.id}", "statecode eq 0", "adx_firstpostid/statecode eq 0", *_visible(scene)]
    if is_open:
        terms += ["adx_isanswered ne true", *_wanting(scene)]
    listed = Listed(
        THREADS,
        THREAD_ID,
        THREAD_COLUMNS,
        " and ".join([*terms, *([allowed] if allowed else [])]),
        "adx_sticky desc,adx_lastpostdate desc",
        THREAD_EXPAND,
    )
    path, params = forum_path(scene, forum), {"show": OPEN} if is_open else {}
    size = scene.settings.get("Forums/Threads Page Size", "20")
    if allowed is None:
        return Paging.made([], 1, total=0, per_page=1, path=path, params=params)
    return live_page(scene.rows, listed, asked=scene.visit.params.get("page", ""), size=size, path=path, params=params)


def _wanting(scene: Scene) -> list[str]:
    """Threads of a type that asks for an answer."""
    types = [type_.id for type_ in scene.loaded.site.thread_types.values() if type_.requires_answer]
    return ["(" + " or ".join(f"_adx_typeid_value eq {id_}" for id_ in types) + ")"] if types else []


def thread_here(scene: Scene) -> Row:
    """The thread that the address names. Raises :class:`PageMissing` for one that is not there for this visitor."""
    place = place_of(scene)
    if place.forum is None or place.thread_id is None:
        raise PageMissing("There is no thread at this address.")
    row = scene.rows.row(THREADS, place.thread_id, select=THREAD_COLUMNS, expand=THREAD_EXPAND)
    if row is None or not _is_there(scene, place.forum, row):
        raise PageMissing("There is no such thread.")
    return row


def _is_there(scene: Scene, forum: Forum, row: Row) -> bool:
    is_shown = not row.get("statecode") and id_of(row, "_adx_publishingstateid_value") not in hidden(scene)
    return is_shown and id_of(row, "_adx_forumid_value") == forum.id and scene.access.may(THREAD, Right.READ, row)


def posts_page(scene: Scene, forum: Forum, thread: Row) -> Paging[Row]:
    """Posts of a thread, oldest first."""
    path = thread_path(scene, forum, id_of(thread, THREAD_ID))
    allowed = scene.access.filter(POST)
    if allowed is None:
        return Paging.made([], 1, total=0, per_page=1, path=path, params={})
    terms = [posts_of(thread), *_visible(scene), *([allowed] if allowed else [])]
    listed = Listed(POSTS, POST_ID, POST_COLUMNS, " and ".join(terms), "adx_date asc,createdon asc", POST_EXPAND)
    size = scene.settings.get("Forums/Posts Page Size", "15")
    return live_page(scene.rows, listed, asked=scene.visit.params.get("page", ""), size=size, path=path, params={})


def posts_of(thread: Row) -> str:
    """The filter of a thread's posts."""
    return f"_adx_forumthreadid_value eq {id_of(thread, THREAD_ID)} and statecode eq 0"


def post_in(scene: Scene, thread: Row, post_id: str) -> Row:
    """A post of the thread. Raises :class:`PageMissing` for one that is not there for this visitor."""
    try:
        row = scene.rows.row(POSTS, uuid.UUID(post_id), select=POST_COLUMNS, expand=POST_EXPAND)
    except ValueError as wrong:
        raise PageMissing("There is no such post.") from wrong
    if row is None or row.get("statecode") or id_of(row, "_adx_publishingstateid_value") in hidden(scene):
        raise PageMissing("There is no such post.")
    if id_of(row, "_adx_forumthreadid_value") != id_of(thread, THREAD_ID):
        raise PageMissing("The post belongs to another thread.")
    if not scene.access.may(POST, Right.READ, row):
        raise PageMissing("There is no such post.")
    return row


def hidden(scene: Scene) -> frozenset[str]:
    return scene.loaded.site.hidden_states


def _visible(scene: Scene) -> list[str]:
    return [f"_adx_publishingstateid_value ne {state}" for state in sorted(hidden(scene))]


def id_of(row: Mapping[str, Any], column: str) -> str:
    """An id in lower case, "" without one."""
    return str(row.get(column) or "").lower()


def is_first(thread: Row, post: Row) -> bool:
    """Whether the thread began with this post."""
    return id_of(thread, "_adx_firstpostid_value") == id_of(post, POST_ID)
