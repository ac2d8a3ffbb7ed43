"""Forums, posts of blogs and idea forums for sitemap.xml: what strangers may read and the site knows without asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from websites.features.blogs.places import BLOGS
from websites.features.forums.places import FORUMS
from websites.features.ideas.places import IDEAS
from websites.site.values import Edition, Page


def community_entries(edition: Edition, now: datetime) -> Iterator[tuple[str, datetime | None]]:
    """Paths and times of change."""
    community = edition.community
    if page := _open_page(edition, FORUMS, now):
        for forum in community.forums.values():
            if not forum.is_hidden_from_sitemap:
                yield f"{page.path}{quote(forum.slug, safe='')}/", forum.last_post.at if forum.last_post else None
    if page := _open_page(edition, BLOGS, now):
        for blog in community.blogs.values():
            for post in blog.posts.values():
                if post.is_out(now):
                    path = f"{page.path}{quote(blog.slug, safe='')}/{quote(post.slug, safe='')}/"
                    yield path, post.modified_on or post.at
    if page := _open_page(edition, IDEAS, now):
        for forum_ in community.idea_forums.values():
            yield f"{page.path}{quote(forum_.slug, safe='')}/", None


def _open_page(edition: Edition, marker: str, now: datetime) -> Page | None:
    """The feature's page, where everybody may read it."""
    page = edition.markers.get(marker)
    return page if page is not None and not page.is_restricted and page.is_out(now) else None
