"""Addresses of blogs: ``<blog>/``, ``<blog>/<post>/``, ``<blog>/2026/10/``, ``<blog>/about/<topic>/``, ``feed/``.

Everything but posts is there for all blogs together too, without the blog's own part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from websites.errors import PageMissing
from websites.objects.scene import Scene
from websites.site.community_values import Blog, BlogPost

BLOGS = "Blogs"  # site marker
FEED, ABOUT = "feed", "about"
_MONTH = re.compile(r"^(\d{4})/(0[1-9]|1[0-2])$")


@dataclass(frozen=True)
class Place:
    """What the tail of an address names.

    Args:
        blog: None for all blogs together.
        month: year and month.
        topic: a tag's key.
    """

    blog: Blog | None = None
    post: BlogPost | None = None
    month: tuple[int, int] | None = None
    topic: str = ""
    is_feed: bool = False


def place_of(scene: Scene) -> Place:
    """Raises :class:`PageMissing` for a blog or post that is not there, or not out yet."""
    first, _, rest = scene.tail.partition("/")
    blog = scene.edition.community.blogs.get(first.lower())
    if blog is None:
        return _listing(None, scene.tail)
    post = blog.posts.get(rest.lower())
    if post is not None:
        if not post.is_out(scene.visit.now):
            raise PageMissing("The post is not out yet.")
        return Place(blog, post)
    return _listing(blog, rest)


def _listing(blog: Blog | None, tail: str) -> Place:
    if not tail:
        return Place(blog)
    if tail == FEED:
        return Place(blog, is_feed=True)
    if found := _MONTH.match(tail):
        return Place(blog, month=(int(found[1]), int(found[2])))
    if tail.startswith(f"{ABOUT}/"):
        return Place(blog, topic=tail.removeprefix(f"{ABOUT}/").casefold())
    raise PageMissing("There is no such post.")


def posts_out(scene: Scene, blog: Blog | None) -> list[BlogPost]:
    """Posts of a blog, or of all, that are out; newest first."""
    blogs: Iterable[Blog] = [blog] if blog else scene.edition.community.blogs.values()
    found = [post for one in blogs for post in one.posts.values() if post.is_out(scene.visit.now)]
    return sorted(found, key=lambda post: post.at, reverse=True)


def blogs_path(scene: Scene, blog: Blog | None = None) -> str:
    """Of one blog, or of all; "" where the site has no page of blogs."""
    page = scene.edition.markers.get(BLOGS)
    if page is None:
        return ""
    return f"{page.path}{quote(blog.slug, safe='')}/" if blog else page.path


def post_path(scene: Scene, post: BlogPost) -> str:
    blog = blog_of(scene, post)
    return f"{blogs_path(scene, blog)}{quote(post.slug, safe='')}/" if blog else ""


def blog_of(scene: Scene, post: BlogPost) -> Blog | None:
    return next((blog for blog in scene.edition.community.blogs.values() if blog.id == post.blog_id), None)


def month_of(at: datetime) -> tuple[int, int]:
    return at.year, at.month
