"""Addresses of idea forums and ideas: ``<forum>/``, ``<forum>/<idea>/``. A site's only forum is at the top too."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from websites.errors import PageMissing
from websites.objects.scene import Scene
from websites.site.community_values import IdeaForum

IDEAS = "Ideas"  # site marker


@dataclass(frozen=True)
class Place:
    """What the tail of an address names. ``idea`` is an idea's part of the address."""

    forum: IdeaForum | None = None
    idea: str = ""


def place_of(scene: Scene) -> Place:
    """Raises :class:`PageMissing` where there is no such idea forum."""
    forums = scene.edition.community.idea_forums
    slug, _, idea = scene.tail.partition("/")
    if not slug:
        return Place(next(iter(forums.values()))) if len(forums) == 1 else Place()
    if slug.lower() not in forums or "/" in idea:
        raise PageMissing("There is no such idea forum.")
    return Place(forums[slug.lower()], idea.lower())


def forum_here(scene: Scene) -> IdeaForum:
    """The idea forum that a form belongs to. Raises :class:`PageMissing`."""
    forum = place_of(scene).forum
    if forum is None:
        raise PageMissing("The form belongs to no idea forum.")
    return forum


def forum_path(scene: Scene, forum: IdeaForum) -> str:
    """ "" where the site has no page of ideas."""
    page = scene.edition.markers.get(IDEAS)
    return f"{page.path}{quote(forum.slug, safe='')}/" if page else ""


def idea_path(scene: Scene, forum: IdeaForum, slug: str) -> str:
    base = forum_path(scene, forum)
    return f"{base}{quote(slug.lower(), safe='')}/" if base and slug else ""
