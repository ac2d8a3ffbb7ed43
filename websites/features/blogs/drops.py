"""Blogs and posts as templates see them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from websites.features.blogs.places import (
    ABOUT,
    BLOGS,
    FEED,
    Place,
    blog_of,
    blogs_path,
    month_of,
    post_path,
    posts_out,
)
from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import page_of
from websites.site.community_values import Blog, BlogPost, Tag
from websites.templating.drop import Drop, fields_of

NEWEST = 3  # on other pages


def blogs_drop(scene: Scene) -> Drop:
    """``blogs`` of every page: ``newest`` posts, ``list``; empty where the site has no page of blogs."""
    has_page = BLOGS in scene.edition.markers
    return Drop(
        {
            "newest": lambda: [post_drop(scene, post) for post in posts_out(scene, None)[:NEWEST]] if has_page else [],
            "list": lambda: _blogs(scene, None) if has_page else [],
        }
    )


def blog_drop(scene: Scene, place: Place, title: str, summary: str) -> Drop:
    """``blog`` of a list of posts: of one blog or of all, of a month, about a topic."""
    base, out = blogs_path(scene, place.blog), posts_out(scene, place.blog)
    tail = scene.path.removeprefix(base)
    paging = page_of(
        [post for post in out if _fits(post, place)],
        asked=scene.visit.params.get("page", ""),
        size=scene.settings.get("Blogs/Page Size", "5"),
        path=base + tail,
        params={},
    )
    return Drop(
        {
            "name": lambda: title,
            "summary": lambda: summary,
            "url": lambda: base,
            "feed_url": lambda: f"{base}{FEED}/",
            "posts": lambda: [post_drop(scene, post) for post in paging.items],
            "paging": lambda: paging_drop(paging),
            "tags": lambda: _tags(base, out, place.topic),
            "months": lambda: _months(scene, base, out, place),
            "blogs": lambda: _blogs(scene, place.blog),
        }
    )


def post_drop(scene: Scene, post: BlogPost, **more: Any) -> Drop:
    """A post; ``more`` is made for its own page."""
    blog = blog_of(scene, post)
    base = blogs_path(scene, blog)
    return Drop(
        {
            "id": lambda: post.id,
            "title": lambda: post.title,
            "summary": lambda: post.summary,
            "content": lambda: post.content,
            "author": lambda: post.author,
            "at": lambda: post.at,
            "modified_on": lambda: post.modified_on,
            "url": lambda: post_path(scene, post),
            "tags": lambda: [_tag(base, tag) for tag in post.tags],
            "comment_count": lambda: len(scene.loaded.site.comments.get(post.id, ())),
            "blog": lambda: _blog(scene, blog, None) if blog else None,
            **more,
        }
    )


def month_name(scene: Scene, month: tuple[int, int]) -> str:
    """ "October 2026" in the page's language."""
    try:
        locale = Locale.parse(scene.edition.language.code, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return str(format_date(date(*month, 1), "LLLL y", locale=locale))


def _fits(post: BlogPost, place: Place) -> bool:
    if place.month:
        return month_of(post.at) == place.month
    return not place.topic or any(tag.key == place.topic for tag in post.tags)


def _blogs(scene: Scene, current: Blog | None) -> list[Drop]:
    return [_blog(scene, blog, current) for blog in scene.edition.community.blogs.values()]


def _blog(scene: Scene, blog: Blog, current: Blog | None) -> Drop:
    return Drop(
        {
            "name": lambda: blog.name,
            "summary": lambda: blog.summary,
            "url": lambda: blogs_path(scene, blog),
            "feed_url": lambda: f"{blogs_path(scene, blog)}{FEED}/",
            "is_current": lambda: blog == current,
        }
    )


def _tags(base: str, posts: list[BlogPost], current: str) -> list[Drop]:
    counts = Counter(tag for post in posts for tag in post.tags)
    return [
        _tag(base, tag, count=count, is_current=tag.key == current)
        for tag, count in sorted(counts.items(), key=lambda pair: pair[0].key)
    ]


def _tag(base: str, tag: Tag, **more: object) -> Drop:
    return Drop(
        {
            "name": lambda: tag.name,
            "url": lambda: f"{base}{ABOUT}/{quote(tag.key, safe='')}/",
            **fields_of(more),
        }
    )


def _months(scene: Scene, base: str, posts: list[BlogPost], place: Place) -> list[Drop]:
    counts = Counter(month_of(post.at) for post in posts)
    return [
        Drop(
            fields_of(
                {
                    "name": month_name(scene, month),
                    "url": f"{base}{month[0]:04}/{month[1]:02}/",
                    "count": count,
                    "is_current": month == place.month,
                }
            )
        )
        for month, count in sorted(counts.items(), reverse=True)
    ]
