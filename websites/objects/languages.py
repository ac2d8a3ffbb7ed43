"""``languages``: the site's languages, each with this page's address in it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from websites.objects.scene import Scene
from websites.resolving import HOME, KNOWLEDGE, article_path
from websites.site.values import Edition
from websites.templating.drop import Drop

OF_ONE_LANGUAGE = ("Forums", "Blogs", "Ideas")  # site markers of pages whose threads, posts, ideas have one language


def languages_of(scene: Scene) -> list[Drop]:
    return [language_drop(scene, edition) for edition in scene.loaded.site.editions.values()]


def language_drop(scene: Scene, edition: Edition) -> Drop:
    language = edition.language
    same = _same_path(scene, edition)
    path = same or _near_path(scene, edition)
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
            "is_translated": lambda: bool(same),
        }
    )


def _same_path(scene: Scene, edition: Edition) -> str:
    """Where the thing that is shown is in the language; "" where it is not there."""
    page = edition.pages.get(scene.page.id)
    if page is None or scene.status >= HTTPStatus.NOT_FOUND or not scene.may_be_shown(page):
        return ""
    if edition.language.code == scene.edition.language.code:
        return scene.path
    if scene.article:
        return article_path(edition, edition.articles.get(scene.article.number.lower()))
    if not scene.tail:
        return page.path
    is_written = any(scene.is_page(marker) for marker in OF_ONE_LANGUAGE)
    return "" if is_written else f"{page.path}{quote(scene.tail)}/"


def _near_path(scene: Scene, edition: Edition) -> str:
    """What is nearest to it: the list that it is of, else the home page."""
    markers = (KNOWLEDGE,) if scene.article else tuple(name for name in OF_ONE_LANGUAGE if scene.is_page(name))
    pages = (edition.markers.get(marker) for marker in (*markers, HOME))
    return next((page.path for page in pages if page and scene.may_be_shown(page)), f"{edition.language.prefix}/")
