"""In front of Django: a page that is finished and still right goes out at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpResponse

from core.metrics import requests_total
from websites.headers import HEADERS
from websites.hosts import PortalAtHost, host_of
from websites.pagecache import CachedPage, takes_gzip
from websites.redirects import hsts_header
from websites.runtime import page_key, runtime
from websites.visitors.cookies import has_cookie

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
# What a 304 says again.
UNCHANGED = {"ETag", "Cache-Control", "Portal-Id", "Strict-Transport-Security", "Vary", *HEADERS}


class Front:
    """A WSGI application around the other: finished pages here, everything else there."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        page = finished_page(environ)
        if page is None:
            return self._application(environ, start_response)
        requests_total.labels("finished-page", environ["REQUEST_METHOD"], "200").inc()
        if page.article_id:
            _count(environ, page.article_id)
        sent = page.gzipped if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else page.plain
        own = [*sent.headers, *_hsts(environ).items()]
        if page.etags.intersection(tag.strip() for tag in environ.get("HTTP_IF_NONE_MATCH", "").split(",")):
            start_response("304 Not Modified", [pair for pair in own if pair[0] in UNCHANGED])
            return []
        start_response("200 OK", own)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [sent.body]


def finished_page(environ: Environ) -> CachedPage | None:
    """The page, if the host is known to be open, its site is in memory and up to date, and the page was made of it."""
    if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"} or "HTTP_PORTAL_PROBE" in environ or has_cookie(environ):
        return None
    held = runtime()
    portal = held.hosts.known(host_of(environ.get("HTTP_HOST", "")))
    if portal is None or not portal.is_open or portal.elsewhere is not None:
        return None
    version = held.sites.version_now(portal)
    if version is None:
        return None
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    return held.pages.get(page_key(portal, path=path, query=query, version=version))


def _count(environ: Environ, article_id: str) -> None:
    portal = runtime().hosts.known(host_of(environ.get("HTTP_HOST", "")))
    if portal is not None:
        runtime().views.count(portal.portal_id, article_id, environ)


def _hsts(environ: Environ) -> Mapping[str, str]:
    """Not kept with the page: it changes with the days and by choice."""
    portal = runtime().hosts.known(host_of(environ.get("HTTP_HOST", "")))
    return hsts_header(portal, environ.get("HTTP_X_FORWARDED_PROTO", "")) if portal else {}


def kept_headers(portal: PortalAtHost, response: HttpResponse) -> tuple[tuple[str, str], ...]:
    """All headers of a page, those that the middleware adds too."""
    own = dict(response.items())
    length = {"Content-Length": str(len(response.content))}
    return tuple((HEADERS | own | length | {"Portal-Id": str(portal.portal_id)}).items())
