"""The Applications tab: portals and the licences that wait for one."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from core.errors import NotAllowed
from core.models import User
from organizations.policy import Action, may, require
from portals.applications import ApplicationRow, Filters, Page, Sort, Status, applications_page
from portals.applications.page import LARGEST_PAGE
from portals.catalog import PortalType
from portals.models import PortalLicense

CSV_COLUMNS = ("Name", "Status", "Type", "Portal", "Instance", "URL", "Created")
MINUTE = 60
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run


@login_required
@never_cache
def applications(request: HttpRequest) -> HttpResponse:
    try:
        page = _context(request)
    except NotAllowed:  # whoever works on cases alone begins there
        if not may(cast(User, request.user), Action.CASE_VIEW):
            raise
        return redirect("cases")
    page["filter_form"] = _filter_form(page["filters"], page["query"], bool(page["page"].rows))
    page["may_take"] = _may_take(cast(User, request.user))
    return render(request, "adminsite/applications.html", page)


@login_required
@never_cache
def rows_live(request: HttpRequest) -> HttpResponse:
    """The table's body alone, asked for while a row is Configuring."""
    return render(request, "adminsite/_rows.html", _context(request))


@login_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Every row that the filters find, as CSV."""
    require(cast(User, request.user), Action.PORTAL_VIEW)
    rows = _every_row(cast(User, request.user), _filters(request.GET))
    headers = {"Content-Disposition": 'attachment; filename="portals.csv"'}
    return StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _context(request: HttpRequest) -> dict[str, Any]:
    user = cast(User, request.user)
    filters = _filters(request.GET)
    page = applications_page(user=user, filters=filters, cursor=request.GET.get("cursor", ""))
    if not page.rows:  # the list itself shows what the reader may see; who may see nothing is told so
        require(user, Action.PORTAL_VIEW)
    return {
        "page": page,
        "filters": filters,
        "query": request.GET.urlencode(),
        "is_polling": _is_polling(page),
        "next_url": _with(request.GET, cursor=page.next) if page.next else "",
        "previous_url": _with(request.GET, cursor=page.previous) if page.previous else "",
        "name_sort": _sort(request.GET, filters, Sort.NAME, Sort.NAME_DOWN),
        "created_sort": _sort(request.GET, filters, Sort.CREATED_DOWN, Sort.CREATED),
    }


def _filters(asked: QueryDict) -> Filters:
    sort = asked.get("sort", "")
    return Filters(
        status=asked.get("status", ""),
        type=asked.get("type", ""),
        portal_type=asked.get("portal", ""),
        organization=_uuid(asked.get("instance", "")),
        search=asked.get("search", "")[:100],
        sort=sort if sort in Sort.values else Sort.NAME,
    )


@lru_cache(maxsize=256)
def _filter_form(filters: Filters, query: str, has_rows: bool) -> SafeString:
    """The form above the rows: drawing its lists of choices anew takes as long as the rows themselves."""
    choices = {
        "statuses": Status.choices,
        "types": PortalLicense.Type.choices,
        "portal_types": PortalType.choices,
    }
    shown = {"filters": filters, "query": query, "has_rows": has_rows, **choices}
    return render_to_string("adminsite/_row_filters.html", shown)


def _is_polling(page: Page) -> bool:
    return any(row.status == Status.CONFIGURING for row in page.rows)


def _sort(asked: QueryDict, filters: Filters, first: Sort, other: Sort) -> dict[str, str]:
    """A column's sort link: what it leads to, and how the column is sorted now (``aria-sort``)."""
    now = {Sort.NAME: "ascending", Sort.CREATED: "ascending"}.get(Sort(filters.sort), "descending")
    is_this = filters.sort in {first, other}
    return {
        "url": _with(asked, sort=other if filters.sort == first else first, cursor=""),
        "direction": now if is_this else "",
    }


def _with(asked: QueryDict, **changes: str) -> str:
    """The page's address with other parameters; empty ones are left out."""
    query = asked.copy()
    for name, value in changes.items():
        query[name] = value
    kept = QueryDict(mutable=True)
    kept.update({name: str(value) for name, value in query.items() if value})
    return f"?{kept.urlencode()}"


def _may_take(user: User) -> bool:
    """Whether to show the button; kept a minute, since the page behind it asks again."""
    return bool(caches["process"].get_or_set(f"may-take:{user.pk}", lambda: may(user, Action.LICENSE_TAKE), MINUTE))


def _every_row(user: User, filters: Filters) -> Iterator[ApplicationRow]:
    cursor = ""
    while True:
        page = applications_page(user=user, filters=filters, cursor=cursor, size=LARGEST_PAGE)
        yield from page.rows
        cursor = page.next
        if not cursor:
            return


def _csv(rows: Iterator[ApplicationRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(CSV_COLUMNS)
    for row in rows:
        cells = (
            row.title,
            row.status.label,
            row.type.label,
            row.portal_type.label if row.portal_type else "",
            row.organization,
            row.url,
            row.created_at.isoformat(timespec="seconds"),
        )
        yield writer.writerow([_harmless(cell) for cell in cells])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _harmless(cell: str) -> str:
    """A name that begins like a formula is kept from being one."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
