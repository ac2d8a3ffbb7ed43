"""The counts and pointers that threads and forums keep of their posts.

A thread's are counted anew with every change, so that they are right whoever else writes. A forum's threads and posts
may be more than the Web API counts; they are added to, as the original does.
"""

from __future__ import annotations

import uuid

from websites.features.forums.reading import POST_ID, POSTS, THREAD_ID, THREADS
from websites.objects.scene import Scene
from websites.site.community_values import Forum

FORUMS = "adx_communityforums"


def thread_counted(
    scene: Scene, thread_id: str, *, first: uuid.UUID | None = None, last: uuid.UUID | None = None
) -> int:
    """Count a thread's posts and write number and newest post.

    Args:
        first: of a new thread.
        last: the post that was written just now; several may have been in its second.
    """
    count, newest = scene.rows.counted(
        POSTS,
        select=(POST_ID, "adx_date"),
        filter=f"_adx_forumthreadid_value eq {thread_id} and statecode eq 0",
        orderby="adx_date desc",
        top=1,
    )
    values: dict[str, object] = {"adx_postcount": count}
    if newest:
        values["adx_lastpostdate"] = newest[0]["adx_date"]
        values["adx_lastpostid@odata.bind"] = f"/{POSTS}({last or newest[0][POST_ID]})"
    if first:
        values["adx_firstpostid@odata.bind"] = f"/{POSTS}({first})"
    scene.rows.upsert(THREADS, uuid.UUID(thread_id), values)
    return count


def forum_counted(scene: Scene, forum: Forum, *, posts: int, threads: int, last: uuid.UUID | None = None) -> None:
    """Add to a forum's counts, and name its newest post; looked for where posts are taken away."""
    row = scene.rows.row(FORUMS, uuid.UUID(forum.id), select=("adx_postcount", "adx_threadcount")) or {}
    values: dict[str, object] = {
        "adx_postcount": max(int(row.get("adx_postcount") or 0) + posts, 0),
        "adx_threadcount": max(int(row.get("adx_threadcount") or 0) + threads, 0),
    }
    newest = str(last) if last else _newest(scene, forum)
    values["adx_lastpostid@odata.bind"] = f"/{POSTS}({newest})" if newest else None
    scene.rows.upsert(FORUMS, uuid.UUID(forum.id), values)


def _newest(scene: Scene, forum: Forum) -> str:
    found = scene.rows.rows(
        THREADS,
        select=(THREAD_ID, "_adx_lastpostid_value"),
        filter=f"_adx_forumid_value eq {forum.id} and statecode eq 0 and _adx_lastpostid_value ne null",
        orderby="adx_lastpostdate desc",
        top=1,
    )
    return next((str(row["_adx_lastpostid_value"]) for row in found), "")
