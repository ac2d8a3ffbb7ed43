"""Web files as visitors get them: with type, ETag and ranges, to whoever may read the page that they hang under."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from websites.plainpages import access_denied_page, page_missing_page
from websites.runtime import runtime
from websites.site.loaded import LoadedSite
from websites.site.values import Page, WebFile
from websites.visit import Visit
from websites.webfiles import FileContent

PUBLIC, PRIVATE = "public, max-age=0, must-revalidate", "private, no-store"
TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def file_answer(request: HttpRequest, visit: Visit, loaded: LoadedSite, file: WebFile) -> HttpResponse:
    """The file, part of it, or why not.

    Raises:
        core.errors.Unavailable: the organization is away, and the content was never read.
    """
    page = loaded.site.default.pages[file.parent_id]
    role_ids = loaded.access(visit.visitor).role_ids
    if not file.is_out(visit.now) or not page.is_out(visit.now) or (page.is_draft and not _may_read(page, role_ids)):
        return page_missing_page()
    if not _may_read(page, role_ids):
        return access_denied_page()
    content = runtime().files.content(loaded.source, visit.portal.organization_id, file)
    if content is None:
        return page_missing_page()
    response = _of(request, content)
    response["Cache-Control"] = PRIVATE if page.file_readers else PUBLIC
    response["ETag"] = content.etag
    response["Accept-Ranges"] = "bytes"
    kind = "attachment" if file.is_attachment else "inline"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(content.name, safe='')}"
    return response


def _may_read(page: Page, role_ids: frozenset[str]) -> bool:
    return all(not role_ids.isdisjoint(rule) for rule in page.file_readers)


def _of(request: HttpRequest, content: FileContent) -> HttpResponse:
    if content.etag in [tag.strip() for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")]:
        return HttpResponseNotModified()
    content_type = content.content_type if TYPE.fullmatch(content.content_type) else "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    asked = RANGE.fullmatch(request.META.get("HTTP_RANGE", ""))
    if asked is None or request.META.get("HTTP_IF_RANGE", content.etag) != content.etag:
        return HttpResponse(content.body, content_type=content_type)
    return _part(content.body, content_type, asked[1], asked[2])


def _part(body: bytes, content_type: str, first: str, last: str) -> HttpResponse:
    """206 with the bytes that were asked for (RFC 9110, one range), 416 where there are none."""
    size = len(body)
    if first:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    else:
        start, end = (max(size - int(last), 0), size - 1) if last and int(last) else (size, -1)
    if start > end or start >= size:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    response = HttpResponse(body[start : end + 1], status=206, content_type=content_type)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response
