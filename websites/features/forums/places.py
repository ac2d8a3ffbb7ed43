"""Where forums, threads and posts have their addresses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import quote

from websites.errors import PageMissing
from websites.objects.scene import Scene
from websites.site.community_values import Forum

FORUMS = "Forums"  # site marker
FILES = "files"


@dataclass(frozen=True)
class Place:
    """What the tail of an address names: nothing, a forum, a thread of it, a file of the thread."""

    forum: Forum | None = None
    thread_id: uuid.UUID | None = None
    file_id: str = ""  # of a post of the thread


def place_of(scene: Scene) -> Place:
    """Raises :class:`PageMissing` where there is no such forum, or the thread's id is none."""
    slug, _, rest = scene.tail.partition("/")
    if not slug:
        return Place()
    forum = scene.edition.community.forums.get(slug.lower())
    if forum is None:
        raise PageMissing("There is no such forum.")
    thread, _, file = rest.partition(f"/{FILES}/")
    return Place(forum, _id(thread) if thread else None, file)


def forum_here(scene: Scene) -> Forum:
    """The forum that a form belongs to. Raises :class:`PageMissing`."""
    forum = place_of(scene).forum
    if forum is None:
        raise PageMissing("The form belongs to no forum.")
    return forum


def forums_path(scene: Scene) -> str:
    """ "" where the site has no page of forums."""
    page = scene.edition.markers.get(FORUMS)
    return page.path if page else ""


def forum_path(scene: Scene, forum: Forum) -> str:
    base = forums_path(scene)
    return f"{base}{quote(forum.slug, safe='')}/" if base else ""


def thread_path(scene: Scene, forum: Forum, thread_id: str) -> str:
    base = forum_path(scene, forum)
    return f"{base}{thread_id.lower()}/" if base else ""


def anchor_of(post_id: str) -> str:
    """A post's place on its page."""
    return f"post-{post_id.lower()}"


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip("/"))
    except ValueError as wrong:
        raise PageMissing("There is no such thread.") from wrong
