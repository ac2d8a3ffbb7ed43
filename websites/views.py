"""What a portal's addresses answer."""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime
from typing import cast
from xml.sax.saxutils import escape as xml_escape

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.html import escape
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from core.errors import Unavailable
from core.health import database_answers
from websites.assets_served import NAMES, asset
from websites.features import sign_in_markers
from websites.features.listed import community_entries
from websites.features.loading import features_load
from websites.fileviews import file_answer
from websites.front import kept_headers
from websites.hosts import PortalAtHost
from websites.pagecache import Key, etags_of
from websites.plainpages import access_denied_page, page_missing_page
from websites.posting import post_answer
from websites.rendering import Rendered, visit_answer
from websites.request_site import site_here
from websites.resolving import ARTICLE, DENIED, NOT_FOUND, SEARCH, article_path, file_at
from websites.runtime import page_key, runtime
from websites.site.loaded import LoadedSite
from websites.site.values import Edition, Page, Site
from websites.theme import icon_svg, theme_of
from websites.tracking import track
from websites.visit import Visit, params_of
from websites.visitors.here import visitor_here
from websites.visitors.members import is_members_only, visitor_admit

logger = logging.getLogger(__name__)
PAGE_CACHE = "public, max-age=0, must-revalidate"
FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"
features_load()  # what the pages of site markers can do


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where the database answers. Without it the process shows what it knows, and should get no new hosts."""
    try:
        database_answers()
    except Exception:
        return JsonResponse({"status": "failed", "checks": {"database": {"status": "failed"}}}, status=503)
    return JsonResponse({"status": "ok", "checks": {"database": {"status": "ok"}}})


def page(request: HttpRequest) -> HttpResponse:
    """A page of the site, for whoever is signed in; what a form does where one was sent."""
    portal, loaded = site_here(request)
    visitor = visitor_here(request, portal, loaded)
    visitor_admit(portal, visitor, is_probe=bool(request.is_probe))  # type: ignore[attr-defined]
    query = request.META.get("QUERY_STRING", "")
    visit = Visit(portal, request.path_info, query, params_of(query), datetime.now(UTC), visitor)
    response = _answer_of(request, visit, loaded)
    track(request, visit, response)
    return response


def _answer_of(request: HttpRequest, visit: Visit, loaded: LoadedSite) -> HttpResponse:
    file = file_at(loaded.site, visit.path)
    if file is not None and request.method != "POST":
        return file_answer(request, visit, loaded, file)
    if request.method == "POST":
        done = post_answer(request, visit, loaded)
        return done if isinstance(done, HttpResponse) else _private(done)
    if visit.visitor is None and not is_members_only(visit.portal):  # else a page that is kept would go out to all
        return _public_page(request, visit, loaded)
    rendered = visit_answer(visit, loaded)
    _count(request, visit, rendered.article_id)
    return _private(rendered)


def _public_page(request: HttpRequest, visit: Visit, loaded: LoadedSite) -> HttpResponse:
    """One that is finished, else made by its templates and remembered under its content version."""
    key = _key(request, visit.portal, loaded)
    kept = runtime().pages.get(key)
    if kept is not None and visit.portal.is_open:
        _count(request, visit, kept.article_id)
        return not_modified(request, HttpResponse(kept.body, headers=dict(kept.headers)))
    try:
        rendered = visit_answer(visit, loaded)
    except Unavailable:
        if (shown := _as_last_shown(key)) is None:
            raise
        return shown
    _count(request, visit, rendered.article_id)
    return _live(rendered, key) if rendered.is_live else _answer(request, rendered, key)


def _live(rendered: Rendered, key: Key) -> HttpResponse:
    """A page of this moment for who is not signed in, remembered for the moments when there will be none."""
    response = _private(rendered)
    if rendered.status == 200 and rendered.body is not None and rendered.may_be_shown_again:
        etag = _etag(response.content)
        runtime().last_shown.put(key[:-1], headers=tuple(response.items()), body=response.content, etag=etag)
    return response


def _as_last_shown(key: Key) -> HttpResponse | None:
    """While the organization is away: the live page as strangers saw it last, whatever the content's version was.

    It is asked for only after the page was found and may be read, so that rules made since then hold.
    """
    kept = runtime().last_shown.get(key[:-1])
    if kept is None:
        return None
    logger.warning("The organization is away; a page is shown as it was: %s", key[2])
    return HttpResponse(kept.body, headers=dict(kept.headers))


def _private(rendered: Rendered) -> HttpResponse:
    """A page for this visitor, at this moment: kept nowhere."""
    if rendered.location:
        return _redirect(rendered)
    if rendered.body is None:
        return page_missing_page() if rendered.status == 404 else access_denied_page()
    if rendered.content is not None:
        return _file(rendered, rendered.content)
    response = _page_response(rendered)
    response["Cache-Control"] = "private, no-store"
    del response["ETag"]
    return response


def _file(rendered: Rendered, content: bytes) -> HttpResponse:
    """Somebody's file: to be kept, never to be shown as a page of this site."""
    response = HttpResponse(content, content_type=rendered.content_type)
    response["Content-Disposition"] = content_disposition_header(True, rendered.file_name or "file") or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _count(request: HttpRequest, visit: Visit, article_id: str) -> None:
    """One view more of the article, where the page shows one. Not what a probe sees."""
    if article_id and visit.portal.is_open:
        runtime().views.count(visit.portal.portal_id, article_id, request.META)


def stylesheet(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet of the runtime itself."""
    if name not in NAMES:
        return page_missing_page()
    found = asset(name)
    return _asset(request, found.content, "text/css; charset=utf-8", found.version)


def theme(request: HttpRequest) -> HttpResponse:
    """The portal's colours."""
    portal, loaded = site_here(request)
    found = theme_of(loaded.site.settings, portal_type=portal.portal_type)
    return _asset(request, found.css.encode(), "text/css; charset=utf-8", found.version)


def icon(request: HttpRequest) -> HttpResponse:
    """The portal's first letter on its colour."""
    portal, loaded = site_here(request)
    found = theme_of(loaded.site.settings, portal_type=portal.portal_type)
    letter = escape((loaded.site.name.strip() or "P")[0].upper())
    return _asset(request, icon_svg(found, letter).encode(), "image/svg+xml", found.version)


def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read, but for the search's results; nothing of a portal for members alone."""
    portal, loaded = site_here(request)
    if is_members_only(portal):
        return _text(request, "User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")
    search = loaded.site.default.markers.get(SEARCH)
    lines = ["User-agent: *", f"Disallow: {search.path}" if search else "Disallow:"]
    lines.append(f"Sitemap: {portal.origin}/sitemap.xml")
    return _text(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    """Pages and articles of every language, at most as many as the format allows."""
    portal, loaded = site_here(request)
    if is_members_only(portal):
        return page_missing_page()
    site = loaded.site
    urls = [entry for edition in site.editions.values() for entry in _entries(site, edition)][:50_000]
    rows = "".join(
        f"<url><loc>{xml_escape(portal.origin + path)}</loc>{f'<lastmod>{at:%Y-%m-%d}</lastmod>' if at else ''}</url>"
        for path, at in urls
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return _text(request, xml, "application/xml; charset=utf-8")


def not_modified(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where the visitor has this very page."""
    held = request.META.get("HTTP_IF_NONE_MATCH", "").split(",")
    if etags_of(response["ETag"]).isdisjoint(tag.strip() for tag in held):
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control"):
        unchanged[name] = response[name]
    return unchanged


def _key(request: HttpRequest, portal: PortalAtHost, loaded: LoadedSite) -> Key:
    query = request.META.get("QUERY_STRING", "")
    return page_key(portal, path=request.META["PATH_INFO"], query=query, version=loaded.site.version)


def _answer(request: HttpRequest, rendered: Rendered, key: Key) -> HttpResponse:
    if rendered.location:
        return _redirect(rendered)
    if rendered.body is None:
        return page_missing_page() if rendered.status == 404 else access_denied_page()
    response = _page_response(rendered)
    if rendered.status != 200:
        response["Cache-Control"] = "no-store"
        return response
    _remember(request, response, key, rendered.article_id)
    return not_modified(request, response)


def _redirect(rendered: Rendered) -> HttpResponse:
    response = HttpResponse(status=rendered.status)
    response["Location"] = rendered.location
    response["Cache-Control"] = "no-store"
    return response


def _page_response(rendered: Rendered) -> HttpResponse:
    content_type = f"{rendered.content_type}; charset=utf-8"
    response = HttpResponse(rendered.body or "", status=rendered.status, content_type=content_type)
    response["Content-Language"] = rendered.language
    response["Cache-Control"] = PAGE_CACHE
    response["ETag"] = _etag(response.content)
    response["Vary"] = "Accept-Encoding"
    return response


def _remember(request: HttpRequest, response: HttpResponse, key: Key, article_id: str) -> None:
    """Not what a probe sees of a portal that is not open yet."""
    portal = cast(PortalAtHost, request.portal)  # type: ignore[attr-defined]
    if portal.is_open:
        headers = kept_headers(portal, response)
        etag = str(response["ETag"])
        runtime().pages.put(key, headers=headers, body=response.content, etag=etag, article_id=article_id)


def _text(request: HttpRequest, text: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Cache-Control"] = SHORT
    response["ETag"] = _etag(response.content)
    return not_modified(request, response)


def _asset(request: HttpRequest, content: bytes, content_type: str, version: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = FOREVER if request.GET.get("v") == version else SHORT
    response["ETag"] = f'"{version}"'
    return not_modified(request, response)


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _entries(site: Site, edition: Edition) -> list[tuple[str, datetime | None]]:
    """What a stranger may read: a search engine that is sent to sign in would report an error for each such page."""
    now = datetime.now(UTC)
    unlisted = (NOT_FOUND, DENIED, ARTICLE, SEARCH, *sign_in_markers())
    hidden = {edition.markers[name].id for name in unlisted if name in edition.markers}

    def is_listed(page: Page) -> bool:
        form = site.forms.get(page.form_id)
        if page.id in hidden or (form is not None and form.needs_sign_in):
            return False
        return not page.is_hidden_from_sitemap and not page.is_restricted and page.is_out(now)

    pages = [(page.path, page.modified_on) for page in edition.pages.values() if is_listed(page)]
    articles = [(article_path(edition, article), article.modified_on) for article in edition.articles.values()]
    return [*pages, *((path, at) for path, at in articles if path), *community_entries(edition, now)]
