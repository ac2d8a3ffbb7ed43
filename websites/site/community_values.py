"""What a community is made of, as far as it is content of the site: forums, blogs with their posts, idea forums.

Threads, posts of forums and ideas are no content: they are read from the organization as they are now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from liquid import Markup


@dataclass(frozen=True)
class LastPost:
    """The newest post of a forum."""

    id: str
    thread_id: str
    thread: str
    author: str
    at: datetime | None


@dataclass(frozen=True)
class Forum:
    """``slug`` is its part of the address, in lower case."""

    id: str
    slug: str
    name: str
    description: str
    order: int
    thread_count: int
    post_count: int
    template_id: str
    thread_template_id: str
    is_hidden_from_sitemap: bool
    last_post: LastPost | None


@dataclass(frozen=True)
class ThreadType:
    id: str
    name: str
    is_default: bool
    requires_answer: bool


@dataclass(frozen=True)
class Tag:
    name: str

    @property
    def key(self) -> str:
        """What stands in the address."""
        return self.name.casefold()


@dataclass(frozen=True)
class BlogPost:
    """A published post; ``at`` may be in the future, then it is not out yet."""

    id: str
    slug: str
    blog_id: str
    title: str
    summary: str
    content: Markup
    text: str  # content without markup, for the search
    author: str
    at: datetime
    modified_on: datetime | None
    comment_policy: int
    tags: tuple[Tag, ...]

    def is_out(self, now: datetime) -> bool:
        return self.at <= now


@dataclass(frozen=True)
class Blog:
    id: str
    slug: str
    name: str
    summary: str
    order: int
    comment_policy: int
    home_template_id: str
    archive_template_id: str
    post_template_id: str
    posts: Mapping[str, BlogPost]  # by slug, newest first


@dataclass(frozen=True)
class IdeaForum:
    """``votes_per_user`` is None where nobody counts."""

    id: str
    slug: str
    name: str
    summary: str
    submission_policy: int
    voting_policy: int
    voting_type: int
    comment_policy: int
    votes_per_idea: int
    votes_per_user: int | None


@dataclass(frozen=True)
class Community:
    """All of it in one language, each by slug in display order."""

    forums: Mapping[str, Forum]
    blogs: Mapping[str, Blog]
    idea_forums: Mapping[str, IdeaForum]


NO_COMMUNITY = Community({}, {}, {})
