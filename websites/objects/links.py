"""``weblinks``: link sets, without the links that lead nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from websites.objects.scene import Scene
from websites.resolving import HOME
from websites.site.values import Link, LinkSet, Page
from websites.templating.drop import Drop


def link_set_drop(scene: Scene, links: LinkSet) -> Drop:
    return Drop(
        {
            "name": lambda: links.name,
            "title": lambda: links.title,
            "weblinks": lambda: _shown(scene, links.links),
        }
    )


def _shown(scene: Scene, links: Sequence[Link]) -> list[Drop]:
    made = [_link(scene, link) for link in links]
    return [link for link in made if link is not None]


def _link(scene: Scene, link: Link) -> Drop | None:
    """None where the page is not there (in this language) or not to be read."""
    page = scene.edition.pages.get(link.page_id)
    if link.page_id and (page is None or not scene.may_be_shown(page)):
        return None
    url = page.path if page else link.external_url
    if not url.startswith(("/", "https://", "http://", "mailto:", "tel:")):
        return None
    is_current = page is not None and scene.path.startswith(page.path) and _is_nearest(scene, page)
    return Drop(
        {
            "name": lambda: link.name or (page.title if page else url),
            "url": lambda: url,
            "description": lambda: link.description,
            "tooltip": lambda: link.description,
            "image": lambda: _image(link),
            "nofollow": lambda: not link.is_followed,
            "display_image_only": lambda: link.shows_image_only,
            "display_page_child_links": lambda: link.shows_children,
            "weblinks": lambda: _shown(scene, link.links),
            "open_in_new_window": lambda: link.opens_in_new_window,
            "is_current": lambda: is_current,
            "is_sitemap_current": lambda: is_current,
        }
    )


def _image(link: Link) -> Drop | None:
    if not link.image_url:
        return None
    url = link.image_url.removeprefix("~")
    return Drop({"url": lambda: url, "alternate_text": lambda: link.image_text})


def _is_nearest(scene: Scene, page: Page) -> bool:
    """Home is above everything and current only on itself."""
    home = scene.edition.markers.get(HOME)
    return home is None or page.id != home.id or scene.page.id == home.id
