"""``languages``: the site's languages, each with this page's address in it."""

from __future__ import annotations

from websites.objects.scene import Scene
from websites.resolving import HOME
from websites.site.values import Edition
from websites.templating.drop import Drop


def languages_of(scene: Scene) -> list[Drop]:
    return [language_drop(scene, edition) for edition in scene.loaded.site.editions.values()]


def language_drop(scene: Scene, edition: Edition) -> Drop:
    language = edition.language
    there = edition.pages.get(scene.page.id) or edition.markers.get(HOME)
    path = there.path if there else f"{language.prefix}/"
    return Drop(
        {
            "code": lambda: language.code,
            "name": lambda: language.name,
            "lcid": lambda: language.lcid,
            "direction": lambda: language.direction,
            "url": lambda: path,
            "url_substitution": lambda: path,
            "absolute_url": lambda: f"{scene.visit.portal.origin}{path}",
            "is_current": lambda: language.code == scene.edition.language.code,
        }
    )
