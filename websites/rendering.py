"""A visit becomes a page: resolved, rendered by the site's own templates, or by a plain page where those fail."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from liquid.exceptions import LiquidError, TemplateNotFoundError

from websites.errors import TemplateFailed
from websites.objects import Scene, objects_of, search_is_too_long
from websites.resolving import SEARCH, Denied, Elsewhere, Found, Missing, resolve
from websites.site.loaded import LoadedSite
from websites.site.values import Page
from websites.visit import Visit

logger = logging.getLogger(__name__)
DEFAULT_TEMPLATE = "Page"  # for page templates of the rewrite kind, which name a program's file
MIME_TYPES = {"text/html", "text/plain", "text/css", "application/json", "application/xml", "text/xml"}


@dataclass(frozen=True)
class Rendered:
    """What the visitor gets. ``location`` is set for a redirect; ``body`` is None where the site has no page for it."""

    status: int
    body: str | None = None
    content_type: str = "text/html"
    language: str = ""
    location: str = ""


def visit_answer(visit: Visit, loaded: LoadedSite) -> Rendered:
    """The page for ``visit``.

    Raises:
        TemplateFailed: the site's templates are missing, wrong, or want too much.
    """
    found = resolve(loaded.site, visit.path, now=visit.now)
    if isinstance(found, Elsewhere):
        return Rendered(301, location=found.path + (f"?{visit.query}" if visit.query else ""))
    if isinstance(found, Found):
        status = 400 if _is_bad_search(found, visit) else 200
        return _render(Scene(visit, loaded, found.edition, found.page, found.article, status))
    return _error_page(found, visit, loaded)


def _is_bad_search(found: Found, visit: Visit) -> bool:
    marked = found.edition.markers.get(SEARCH)
    return marked is not None and marked.id == found.page.id and search_is_too_long(visit.params)


def _error_page(found: Missing | Denied, visit: Visit, loaded: LoadedSite) -> Rendered:
    status = 404 if isinstance(found, Missing) else 403
    if found.page is None:
        return Rendered(status)
    return _render(Scene(visit, loaded, found.edition, found.page, None, status))


def _render(scene: Scene) -> Rendered:
    name = _template_name(scene.loaded, scene.page)
    try:
        template = scene.loaded.environment.get_template(name)
        body = template.render(objects_of(scene))
    except TemplateNotFoundError as missing:
        raise _failure(scene, name, f"there is no web template {missing.args[0]}", None) from missing
    except LiquidError as wrong:
        raise _failure(scene, str(wrong.template_name or name), str(wrong.message), wrong) from wrong
    except RecursionError as deep:
        raise _failure(scene, name, "the templates are nested too deeply", None) from deep
    return Rendered(scene.status, body, _content_type(scene, name), scene.edition.language.code)


def _template_name(loaded: LoadedSite, page: Page) -> str:
    return loaded.site.page_templates.get(page.template_id) or DEFAULT_TEMPLATE


def _content_type(scene: Scene, name: str) -> str:
    found = scene.loaded.site.web_templates[name].mime_type.strip().lower()
    return found if found in MIME_TYPES else "text/html"


def _failure(scene: Scene, template: str, reason: str, wrong: LiquidError | None) -> TemplateFailed:
    """What goes into the log; the visitor sees the id only."""
    place = wrong.context() if wrong else None
    context = {
        "error_id": secrets.token_hex(6),
        "portal_id": str(scene.visit.portal.portal_id),
        "template": template,
        "line": place[0] if place else None,
        "reason": reason,
    }
    logger.error("A page could not be made: %(reason)s (template %(template)s, line %(line)s)", context, extra=context)
    return TemplateFailed("This page cannot be shown at the moment.", context=context)
