"""Posts that visitors have reported: rows of feedback about a post, active until a moderator has looked."""

from __future__ import annotations

import uuid

from websites.errors import PageMissing
from websites.features.forums.drops import author_of, somebody
from websites.features.forums.places import anchor_of, thread_path
from websites.features.forums.reading import POST_ID, POSTS, id_of
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.site.community_values import Forum
from websites.site.times import time_of
from websites.site.writing import excerpt_of, writing_html, writing_text
from websites.templating.drop import Drop

COLUMNS = ("feedbackid", "comments", "createdon", "adx_contactusername", "_regardingobjectid_value")
POST = "regardingobjectid_adx_communityforumpost"
MOST = 50  # shown at once; settled ones make room
SETTLED = {"statecode": 1, "statuscode": 2}


def reports_open(scene: Scene) -> list[Drop]:
    """Reports that nobody has settled, oldest first: two calls."""
    wanted = f"statecode eq 0 and {POST}/adx_forumthreadid/adx_forumid/_adx_websiteid_value eq {_website(scene)}"
    found = list(scene.rows.rows("feedback", select=COLUMNS, filter=wanted, orderby="createdon asc", top=MOST))
    posts = _posts(scene, sorted({id_of(row, "_regardingobjectid_value") for row in found}))
    return [
        drop
        for row in found
        if (post := posts.get(id_of(row, "_regardingobjectid_value"))) and (drop := _report(scene, row, post))
    ]


def reports_settle(scene: Scene, *, report_id: str = "", post_id: str = "") -> None:
    """Close one report, or all about a post, where they are about this site's posts."""
    about = f"feedbackid eq {_guid(report_id)}" if report_id else f"_regardingobjectid_value eq {_guid(post_id)}"
    website = f"{POST}/adx_forumthreadid/adx_forumid/_adx_websiteid_value eq {_website(scene)}"
    found = list(
        scene.rows.rows("feedback", select=("feedbackid",), filter=f"{about} and statecode eq 0 and {website}")
    )
    if report_id and not found:
        raise PageMissing("There is no such report.")
    for row in found:
        scene.rows.upsert("feedback", uuid.UUID(str(row["feedbackid"])), SETTLED)


def _posts(scene: Scene, ids: list[str]) -> dict[str, Row]:
    if not ids:
        return {}
    wanted = " or ".join(f"{POST_ID} eq {id_}" for id_ in ids)
    found = scene.rows.rows(
        POSTS,
        select=(POST_ID, "adx_name", "adx_content", "statecode", "_adx_authorid_value", "_adx_forumthreadid_value"),
        filter=f"({wanted}) and statecode eq 0",
        expand="adx_authorid($select=fullname),adx_forumthreadid($select=adx_name,_adx_forumid_value)",
    )
    return {id_of(row, POST_ID): row for row in found}


def _report(scene: Scene, row: Row, post: Row) -> Drop | None:
    """None where the post's forum is not shown in this language."""
    thread = post.get("adx_forumthreadid") or {}
    forums = {forum.id: forum for forum in scene.edition.community.forums.values()}
    forum = forums.get(id_of(thread, "_adx_forumid_value"))
    if forum is None:
        return None
    return Drop(
        {
            "id": lambda: id_of(row, "feedbackid"),
            "author": lambda: str(row.get("adx_contactusername") or somebody(scene)),
            "at": lambda: time_of(row.get("createdon")),
            "html": lambda: writing_html(str(row.get("comments") or "")),
            "post": lambda: _post(scene, forum, post),
        }
    )


def _post(scene: Scene, forum: Forum, post: Row) -> Drop:
    id_ = id_of(post, POST_ID)
    path = thread_path(scene, forum, id_of(post, "_adx_forumthreadid_value"))
    return Drop(
        {
            "title": lambda: str(post.get("adx_name") or ""),
            "author": lambda: author_of(scene, post),
            "excerpt": lambda: excerpt_of(writing_text(str(post.get("adx_content") or "")), 300),
            "url": lambda: f"{path}#{anchor_of(id_)}",
            "remove_url": lambda: f"{path}?remove={id_}#writing",
        }
    )


def _website(scene: Scene) -> str:
    return scene.loaded.site.website_id


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise PageMissing("There is no such report.") from wrong
