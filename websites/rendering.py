"""A visit becomes a page: resolved, rendered by the site's own templates, or by a plain page where those fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from liquid.exceptions import LiquidError, TemplateNotFoundError

from websites.errors import PageDenied, PageMissing, TemplateFailed
from websites.failures import failure_note
from websites.features import Document, feature_at, tail_markers
from websites.framing import shape_of, shaped
from websites.objects import Scene, search_is_too_long
from websites.objects.scene import FormState
from websites.resolving import DENIED, NOT_FOUND, SEARCH, Denied, Elsewhere, Found, Missing, redirect_at, resolve
from websites.site.loaded import LoadedSite
from websites.tracking import ARTICLE_VIEWED, interaction
from websites.visit import Visit

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rendered:
    """What the visitor gets. ``location`` is set for a redirect; ``body`` is None where the site has no page for it."""

    status: int
    body: str | None = None
    content_type: str = "text/html"
    language: str = ""
    location: str = ""
    content: bytes | None = None  # a file instead of a page
    file_name: str = ""
    article_id: str = ""  # of the article that is read here
    is_live: bool = False  # made of rows that are nobody else's, or of the moment: not kept anywhere
    may_be_shown_again: bool = False  # though it is live: while the organization is away


def visit_answer(visit: Visit, loaded: LoadedSite, *, form: FormState | None = None, status: int = 200) -> Rendered:
    """The page for ``visit``.

    Args:
        form: a form that was sent to the page and refused, to be shown again under ``status``.

    Raises:
        TemplateFailed: the site's templates are missing, wrong, or want too much.
        SignInNeeded: the page is for those who are signed in.
        core.errors.Unavailable: the page shows live rows, and the organization is away.
    """
    found = visit_resolve(visit, loaded)
    if isinstance(found, Elsewhere):
        return Rendered(301, location=found.path + (f"?{visit.query}" if visit.query else ""))
    if isinstance(found, Missing) and (elsewhere := redirect_at(loaded.site, found.edition, visit.path)):
        return Rendered(elsewhere[0], location=elsewhere[1])
    if isinstance(found, Found):
        status = 400 if _is_bad_search(found, visit) else status
        scene = scene_of(visit, loaded, found, form=form, status=status)
        if scene.article is not None:
            interaction(scene, ARTICLE_VIEWED, id=scene.article.id, text=scene.article.title)
        return _feature_page(scene)
    return _error_page(found, visit, loaded)


def visit_resolve(visit: Visit, loaded: LoadedSite) -> Found | Elsewhere | Missing | Denied:
    """What the visit's path stands for, for this visitor."""
    role_ids = loaded.access(visit.visitor).role_ids
    return resolve(loaded.site, visit.path, now=visit.now, role_ids=role_ids, tails=tail_markers())


def scene_of(
    visit: Visit, loaded: LoadedSite, found: Found, *, form: FormState | None = None, status: int = 200
) -> Scene:
    """All that the page's objects are made of."""
    return Scene(
        visit, loaded, found.edition, found.page, found.article, status, tail=found.tail, form=form or FormState()
    )


def _feature_page(scene: Scene) -> Rendered:
    """The page with its feature's own objects, or the page that says that there is no such thing."""
    feature = feature_at(scene)
    if feature is None:
        return _render(scene)
    try:
        feature.check(scene)
        opened = feature.opened(scene)
    except PageMissing:
        return _error_page(Missing(scene.edition, scene.edition.markers.get(NOT_FOUND)), scene.visit, scene.loaded)
    except PageDenied:
        return _error_page(Denied(scene.edition, scene.edition.markers.get(DENIED)), scene.visit, scene.loaded)
    is_live = feature.is_live if opened.is_live is None else opened.is_live
    if opened.document:
        return _document(opened.document, scene, is_live=is_live)
    shown = replace(scene, extra=opened.objects, heading=opened.heading)
    rendered = _render(shown, template_id=opened.template_id)
    again = feature.is_shown_again and not rendered.is_live  # what its template itself has read may be anybody's
    return replace(rendered, is_live=is_live or rendered.is_live, may_be_shown_again=again)


def _document(document: Document, scene: Scene, *, is_live: bool) -> Rendered:
    return Rendered(
        200,
        document.body,
        document.content_type,
        scene.edition.language.code,
        content=document.content,
        file_name=document.file_name,
        is_live=is_live or document.content is not None,
    )


def _is_bad_search(found: Found, visit: Visit) -> bool:
    marked = found.edition.markers.get(SEARCH)
    return marked is not None and marked.id == found.page.id and search_is_too_long(visit.params)


def _error_page(found: Missing | Denied, visit: Visit, loaded: LoadedSite) -> Rendered:
    status, marker = (404, NOT_FOUND) if isinstance(found, Missing) else (403, DENIED)
    edition = found.edition if found.page else loaded.site.default  # another language rather than no look of the site
    page = edition.markers.get(marker)
    return _render(Scene(visit, loaded, edition, page, None, status)) if page else Rendered(status)


def _render(scene: Scene, template_id: str = "") -> Rendered:
    shape = shape_of(scene, template_id)
    try:
        body, content_type = shaped(scene, shape)
    except TemplateNotFoundError as missing:
        raise _failure(scene, shape.name, f"there is no web template {missing.args[0]}", None) from missing
    except LiquidError as wrong:
        raise _failure(scene, str(wrong.template_name or shape.name), str(wrong.message), wrong) from wrong
    except RecursionError as deep:
        raise _failure(scene, shape.name, "the templates are nested too deeply", None) from deep
    read = scene.article.id if scene.article and scene.status == 200 else ""
    language, is_live = scene.edition.language.code, scene.notes.is_live
    return Rendered(scene.status, body, content_type, language, is_live=is_live, article_id=read)


def _failure(scene: Scene, template: str, reason: str, wrong: LiquidError | None) -> TemplateFailed:
    """What goes into the log; the visitor sees the id only."""
    place = wrong.context() if wrong else None
    portal, line = scene.visit.portal, place[0] if place else None
    error_id = failure_note(
        portal.portal_id, host=portal.host, path=scene.visit.path, reason=reason, template=template, line=line
    )
    context = {
        "error_id": error_id,
        "portal_id": str(portal.portal_id),
        "template": template,
        "line": line,
        "reason": reason,
    }
    logger.error("A page could not be made: %(reason)s (template %(template)s, line %(line)s)", context, extra=context)
    return TemplateFailed("This page cannot be shown at the moment.", context=context)
