"""Forums, blogs with their posts, and idea forums of one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from websites.site.cleaning import html_clean, html_text
from websites.site.community_values import (
    Blog,
    BlogPost,
    Community,
    Forum,
    IdeaForum,
    LastPost,
    Tag,
    ThreadType,
)
from websites.site.rows import Row, SiteRows
from websites.site.times import time_of
from websites.site.values import Language


class _Placed(Protocol):
    @property
    def slug(self) -> str: ...


Thing = TypeVar("Thing", bound=_Placed)


def community_of(rows: SiteRows, language: Language) -> Community:
    """What has no language of its own belongs to every one."""
    hidden = hidden_states(rows)
    forums = [
        _forum(row)
        for row in _spoken(rows.of("adx_communityforums"), language)
        if _id(row["_adx_publishingstateid_value"]) not in hidden
    ]
    posts = _posts(rows)
    blogs = [_blog(row, posts) for row in _spoken(rows.of("adx_blogs"), language)]
    ideas = [_idea_forum(row) for row in _spoken(rows.of("adx_ideaforums"), language)]
    return Community(
        forums=_by_slug(sorted(forums, key=lambda forum: (forum.order, forum.name))),
        blogs=_by_slug(sorted(blogs, key=lambda blog: (blog.order, blog.name))),
        idea_forums=_by_slug(sorted(ideas, key=lambda forum: forum.name)),
    )


def thread_types_of(rows: SiteRows) -> dict[str, ThreadType]:
    """By id, in display order."""
    found = sorted(rows.of("adx_forumthreadtypes"), key=lambda row: (row["adx_displayorder"] or 0, row["adx_name"]))
    return {
        _id(row["adx_forumthreadtypeid"]): ThreadType(
            _id(row["adx_forumthreadtypeid"]),
            _text(row["adx_name"]),
            bool(row["adx_isdefault"]),
            bool(row["adx_requiresanswer"]),
        )
        for row in found
    }


def hidden_states(rows: SiteRows) -> frozenset[str]:
    """Publishing states that visitors do not see."""
    return frozenset(
        _id(row["adx_publishingstateid"]) for row in rows.of("adx_publishingstates") if not row["adx_isvisible"]
    )


def _spoken(rows: Iterable[Row], language: Language) -> list[Row]:
    return [row for row in rows if str(row["_adx_websitelanguageid_value"] or "") in {"", language.id}]


def _forum(row: Row) -> Forum:
    return Forum(
        id=_id(row["adx_communityforumid"]),
        slug=_slug(row),
        name=_text(row["adx_name"]),
        description=_text(row["adx_description"]),
        order=row["adx_displayorder"] or 0,
        thread_count=row["adx_threadcount"] or 0,
        post_count=row["adx_postcount"] or 0,
        template_id=_text(row["_adx_forumpagetemplateid_value"]),
        thread_template_id=_text(row["_adx_threadpagetemplateid_value"]),
        is_hidden_from_sitemap=bool(row["adx_hiddenfromsitemap"]),
        last_post=_last_post(row.get("adx_lastpostid")),
    )


def _last_post(row: Any) -> LastPost | None:
    """None where there is none, or one that was removed."""
    if not row or row.get("statecode"):
        return None
    thread = row.get("adx_forumthreadid") or {}
    return LastPost(
        id=_id(row.get("adx_communityforumpostid")),
        thread_id=_id(row.get("_adx_forumthreadid_value")),
        thread=_text(thread.get("adx_name")),
        author=_text((row.get("adx_authorid") or {}).get("fullname")),
        at=time_of(row.get("adx_date")),
    )


def _blog(row: Row, posts: dict[str, list[BlogPost]]) -> Blog:
    found = posts.get(_id(row["adx_blogid"]), [])
    return Blog(
        id=_id(row["adx_blogid"]),
        slug=_slug(row),
        name=_text(row["adx_name"]),
        summary=_text(row["adx_summary"]),
        order=row["adx_displayorder"] or 0,
        comment_policy=row["adx_commentpolicy"] or 0,
        home_template_id=_text(row["_adx_bloghomepagetemplateid_value"]),
        archive_template_id=_text(row["_adx_blogarchivepagetemplateid_value"]),
        post_template_id=_text(row["_adx_blogpostpagetemplateid_value"]),
        posts=_by_slug(sorted(found, key=lambda post: post.at, reverse=True)),
    )


def _posts(rows: SiteRows) -> dict[str, list[BlogPost]]:
    """Blog id -> posts."""
    tags = {_id(row["adx_tagid"]): Tag(_text(row["adx_name"])) for row in rows.of("adx_tags") if row["adx_name"]}
    found: dict[str, list[BlogPost]] = {}
    for row in rows.of("adx_blogposts"):
        post = _post(row, tags)
        if post is not None:
            found.setdefault(post.blog_id, []).append(post)
    return found


def _post(row: Row, tags: dict[str, Tag]) -> BlogPost | None:
    at = time_of(row["adx_date"])
    if at is None:
        return None
    copy = _text(row["adx_copy"])
    text = html_text(copy)
    return BlogPost(
        id=_id(row["adx_blogpostid"]),
        slug=_slug(row) or _id(row["adx_blogpostid"]),
        blog_id=_id(row["_adx_blogid_value"]),
        title=_text(row["adx_name"]),
        summary=_text(row["adx_summary"]),
        content=html_clean(copy),
        text=text,
        author=_text((row.get("adx_authorid") or {}).get("fullname")),
        at=at,
        modified_on=time_of(row["modifiedon"]),
        comment_policy=row["adx_commentpolicy"] or 0,
        tags=tuple(tags[id_] for id_ in row["adx_blogpost_tag"] if id_ in tags),
    )


def _idea_forum(row: Row) -> IdeaForum:
    return IdeaForum(
        id=_id(row["adx_ideaforumid"]),
        slug=_slug(row),
        name=_text(row["adx_name"]),
        summary=_text(row["adx_summary"]),
        submission_policy=row["adx_ideasubmissionpolicy"] or 0,
        voting_policy=row["adx_votingpolicy"] or 0,
        voting_type=row["adx_votingtype"] or 0,
        comment_policy=row["adx_commentpolicy"] or 0,
        votes_per_idea=row["adx_votesperidea"] or 1,
        votes_per_user=row["adx_votesperuser"],
    )


def _by_slug(things: Iterable[Thing]) -> dict[str, Thing]:
    """Of two things with one address the first is there; one without an address is nowhere."""
    found: dict[str, Thing] = {}
    for thing in things:
        if thing.slug:
            found.setdefault(thing.slug, thing)
    return found


def _slug(row: Row) -> str:
    return _text(row["adx_partialurl"]).strip("/ ").lower()


def _id(value: object) -> str:
    return str(value or "").lower()


def _text(value: object) -> str:
    return str(value or "")
