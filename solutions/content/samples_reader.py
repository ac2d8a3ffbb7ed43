"""Reads what people would have written on a new portal, ``samples/<feature>.toml``: who, when, where, in no language.

The words are in the language's texts under the same keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from portals.catalog import PortalType
from solutions.content.errors import BadContent

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Person:
    """Who wrote samples: a contact of the organization."""

    key: str
    first: str
    last: str


@dataclass(frozen=True)
class ForumPost:
    author: str
    date: str
    is_answer: bool = False


@dataclass(frozen=True)
class Thread:
    key: str
    board: str
    type: str  # "question" or "discussion"
    posts: tuple[ForumPost, ...]
    is_sticky: bool = False

    @property
    def is_answered(self) -> bool:
        return any(post.is_answer for post in self.posts)


@dataclass(frozen=True)
class Board:
    """A forum. ``types`` are the portal types that have it."""

    key: str
    order: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Forums:
    boards: tuple[Board, ...] = ()
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True)
class Blog:
    key: str
    order: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class BlogPost:
    key: str
    blog: str
    author: str
    date: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blogs:
    blogs: tuple[Blog, ...] = ()
    posts: tuple[BlogPost, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for post in self.posts for tag in post.tags))


@dataclass(frozen=True)
class IdeaForum:
    """``voting`` is ``up_only`` or ``up_or_down``."""

    key: str
    types: tuple[str, ...]
    voting: str
    votes_per_user: int


@dataclass(frozen=True)
class Idea:
    key: str
    forum: str
    author: str
    date: str
    votes: Mapping[str, int]  # person -> how they voted
    status: str = "new"


@dataclass(frozen=True)
class Ideas:
    forums: tuple[IdeaForum, ...] = ()
    ideas: tuple[Idea, ...] = ()


@dataclass(frozen=True)
class Samples:
    """All samples of one portal type."""

    people: tuple[Person, ...] = ()
    forums: Forums = field(default_factory=Forums)
    blogs: Blogs = field(default_factory=Blogs)
    ideas: Ideas = field(default_factory=Ideas)


@cache
def samples(portal_type: PortalType, parts: tuple[str, ...]) -> Samples:
    """The samples of the features that the portal type has, in the order in which they are shown.

    Raises:
        BadContent: a file is not as it must be.
    """
    forums = _forums(portal_type) if "forums" in parts else Forums()
    blogs = _blogs(portal_type) if "blogs" in parts else Blogs()
    ideas = _ideas(portal_type) if "ideas" in parts else Ideas()
    named = {
        *(post.author for thread in forums.threads for post in thread.posts),
        *(post.author for post in blogs.posts),
        *(idea.author for idea in ideas.ideas),
        *(voter for idea in ideas.ideas for voter in idea.votes),
    }
    people = [Person(key, **entry) for key, entry in _entries("people").items() if key in named]
    if unknown := named - {person.key for person in people}:
        raise BadContent(f"samples/people.toml: there are no {sorted(unknown)}.")
    return Samples(tuple(people), forums, blogs, ideas)


def _forums(portal_type: PortalType) -> Forums:
    entries = _entries("forums")
    boards = tuple(_of_type(Board, entries["boards"], portal_type))
    threads = [
        Thread(**{**entry, "posts": tuple(ForumPost(**post) for post in entry["posts"])})
        for entry in entries["threads"]
    ]
    return Forums(boards, tuple(_within(threads, "board", boards)))


def _blogs(portal_type: PortalType) -> Blogs:
    entries = _entries("blogs")
    blogs = tuple(_of_type(Blog, entries["blogs"], portal_type))
    posts = [BlogPost(**{**entry, "tags": tuple(entry.get("tags", ()))}) for entry in entries["posts"]]
    return Blogs(blogs, tuple(_within(posts, "blog", blogs)))


def _ideas(portal_type: PortalType) -> Ideas:
    entries = _entries("ideas")
    forums = tuple(_of_type(IdeaForum, entries["forums"], portal_type))
    return Ideas(forums, tuple(_within([Idea(**entry) for entry in entries["ideas"]], "forum", forums)))


def _of_type(kind: type[Any], entries: Iterable[dict[str, Any]], portal_type: PortalType) -> Iterable[Any]:
    found = [kind(**{**entry, "types": tuple(entry["types"])}) for entry in entries]
    return [thing for thing in found if portal_type.value in thing.types]


def _within(things: Iterable[Any], name: str, places: Iterable[Any]) -> Iterable[Any]:
    known = {place.key for place in places}
    return [thing for thing in things if getattr(thing, name) in known]


@cache
def _entries(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    except ValueError as wrong:
        raise BadContent(f"samples/{name}.toml: {wrong}") from wrong
