"""Which template makes a page, and what stands around it.

A page template may ask for the website's header and footer: then the runtime writes the document, as the product line
does, with the site's own style sheets or, where it has none, with those of the starter content. Other templates write
the whole document themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from liquid import Markup

from websites.features.registry import shared_objects
from websites.objects import Scene, objects_of
from websites.site.values import Page
from websites.templating.drop import Drop

DEFAULT_TEMPLATE = "Page"  # for page templates of the rewrite kind, which name a program's file
MIME_TYPES = {"text/html", "text/plain", "text/css", "application/json", "application/xml", "text/xml"}
FOLDER = Path(__file__).parent / "frames"
PLAIN = "plain"  # the runtime's own template, for a site that has none


@dataclass(frozen=True)
class Shape:
    """The web template of a page, "" for the runtime's own, and whether the runtime writes the document around it."""

    name: str
    is_framed: bool


def shape_of(scene: Scene, template_id: str = "") -> Shape:
    """By the page template ``template_id``, else by the page's own, else by what there is."""
    site = scene.loaded.site
    for id_ in (template_id, scene.page.template_id):
        if name := site.page_templates.get(id_, ""):
            return Shape(name, id_ in site.framed)
    has_default = DEFAULT_TEMPLATE in site.web_templates
    return Shape(DEFAULT_TEMPLATE, False) if has_default else Shape("", True)


def shaped(scene: Scene, shape: Shape) -> tuple[str, str]:
    """The finished page and its content type.

    Raises:
        liquid.exceptions.LiquidError: a template is missing, wrong, or wants too much.
    """
    environment, objects = scene.loaded.environment, {**shared_objects(scene), **objects_of(scene)}
    template = environment.get_template(shape.name) if shape.name else environment.part(_own(PLAIN), name=PLAIN)
    body = template.render(objects)
    content_type = _content_type(scene, shape)
    if not shape.is_framed or content_type != "text/html":
        return body, content_type
    frame = environment.part(_own("frame"), name="frame")
    return frame.render({**objects, "frame": _frame_drop(scene, body)}), content_type


def _frame_drop(scene: Scene, body: str) -> Drop:
    site, styles = scene.loaded.site, list(_styles(scene))
    return Drop(
        {
            "body": lambda: Markup(body),
            "header": lambda: site.header if site.header in site.web_templates else None,
            "footer": lambda: site.footer if site.footer in site.web_templates else None,
            "stylesheets": lambda: styles,
        }
    )


def _styles(scene: Scene) -> Iterator[str]:
    """Addresses of the style sheets beneath the pages from home down to this one."""
    files = [file for file in scene.loaded.site.files.values() if file.path.endswith(".css")]
    for page in _from_home(scene):
        beneath = sorted((file for file in files if file.parent_id == page.id), key=lambda file: file.name)
        yield from (file.path for file in beneath if file.is_out(scene.visit.now))


def _from_home(scene: Scene) -> list[Page]:
    found, page = [scene.page], scene.page
    while (above := scene.edition.pages.get(page.parent_id)) is not None:
        found.insert(0, above)
        page = above
    return found


def _content_type(scene: Scene, shape: Shape) -> str:
    template = scene.loaded.site.web_templates.get(shape.name)
    found = template.mime_type.strip().lower() if template else ""
    return found if found in MIME_TYPES else "text/html"


@cache
def _own(name: str) -> str:
    return (FOLDER / f"{name}.liquid").read_text()
