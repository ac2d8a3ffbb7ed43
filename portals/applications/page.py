"""A page of the Applications tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.models import User
from portals.applications.cursors import Cursor
from portals.applications.listing import Listing, Rows, scope_of
from portals.applications.values import ApplicationRow, Filters, Page, Sort, Status, StepLine
from portals.catalog import PortalType
from portals.models import Portal, PortalLicense

PAGE_SIZE = 25
LARGEST_PAGE = 200
COUNTED_TO = 1_000
ATTENTION_SHOWN = 3


def applications_page(*, user: User, filters: Filters | None = None, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """The rows that ``user`` may see, in four queries at the most (five for a search that finds many, all far off).

    Args:
        cursor: ``Page.next``, ``previous`` or ``last`` of another page with the same filters; anything else is the
            first page.
    """
    filters = filters or Filters()
    size = max(1, min(size, LARGEST_PAGE))
    here = Cursor.parse(cursor, as_time=filters.sort in {Sort.CREATED, Sort.CREATED_DOWN})
    listing = Listing(scope_of(user), filters)
    is_start = here == Cursor() and filters == Filters(sort=filters.sort)
    count = listing.count_to(COUNTED_TO)
    found = listing.cut(here, size + 1, has_many=count > COUNTED_TO)
    rows, has_more = found[:size], len(found) > size
    if here.is_backward:
        rows = rows[::-1]
    return Page(
        rows=tuple(_row(row) for row in rows),
        count=min(count, COUNTED_TO),
        is_counted=count <= COUNTED_TO,
        next=_after(rows) if rows and (has_more or here.is_backward) and not _is_end(here) else "",
        previous=_before(rows) if rows and (has_more if here.is_backward else here.is_inside) else "",
        last=Cursor.END if has_more or here.is_inside else "",
        attention=tuple(_row(row) for row in listing.attention(ATTENTION_SHOWN)) if is_start else (),
    )


def _is_end(cursor: Cursor) -> bool:
    return cursor.is_backward and not cursor.is_inside


def _after(rows: Rows) -> str:
    return str(Cursor(rows[-1]["key"], rows[-1]["row_id"]))


def _before(rows: Rows) -> str:
    return str(Cursor(rows[0]["key"], rows[0]["row_id"], is_backward=True))


def _row(row: Mapping[str, Any]) -> ApplicationRow:
    portal = Portal(name=row["row_name"], subdomain=row["row_subdomain"], state=row["row_state"])
    is_portal = bool(row["row_state"])
    return ApplicationRow(
        license_id=row["row_license"],
        portal_id=row["row_id"] if is_portal else None,
        title=portal.display_name if is_portal else PortalLicense.TITLE,
        status=Status(row["row_state"]) if is_portal else _license_status(row["row_expires"]),
        type=PortalLicense.Type(row["row_type"]),
        url=portal.url if is_portal else "",
        host=portal.host if is_portal else "",
        portal_type=PortalType(row["row_portal_type"]) if is_portal else None,
        organization=row["row_organization"],
        created_at=row["row_created"],
        expires_at=row["row_expires"],
        step=_step(row["row_run"]) if row["row_run"] else None,
    )


def _license_status(expires_at: datetime | None) -> Status:
    return Status.EXPIRED if expires_at and expires_at <= timezone.now() else Status.NOT_CONFIGURED


def _step(run: Mapping[str, Any]) -> StepLine:
    plan = run["plan"]
    at = min(run["step"], len(plan) - 1)
    error = (run["error"] or {}).get("message", "")
    return StepLine(at + 1, len(plan), plan[at]["title"], run["waiting_for"], error)
