"""A page of the Applications tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from core.models import User
from portals.applications.cursors import Cursor
from portals.applications.listing import Listing, scope_of
from portals.applications.statement import Row
from portals.applications.values import ApplicationRow, Filters, Page, Sort, Status, StepLine
from portals.catalog import PortalType
from portals.models import Portal, PortalLicense

PAGE_SIZE = 25
LARGEST_PAGE = 200
COUNTED_TO = 1_000
ATTENTION_SHOWN = 3


def applications_page(*, user: User, filters: Filters | None = None, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """The rows that ``user`` may see, in three queries at the most.

    Args:
        cursor: ``Page.next``, ``previous`` or ``last`` of another page with the same filters; anything else is the
            first page.
    """
    filters = filters or Filters()
    size = max(1, min(size, LARGEST_PAGE))
    here = Cursor.parse(cursor, as_time=filters.sort in {Sort.CREATED, Sort.CREATED_DOWN})
    listing = Listing(scope_of(user), filters)
    is_start = here == Cursor() and filters == Filters(sort=filters.sort)
    found, count = listing.page(here, size + 1, counted_to=COUNTED_TO)
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


def _after(rows: Sequence[Row]) -> str:
    return str(Cursor(rows[-1].key, rows[-1].id))


def _before(rows: Sequence[Row]) -> str:
    return str(Cursor(rows[0].key, rows[0].id, is_backward=True))


def _row(row: Row) -> ApplicationRow:
    if not row.is_portal:
        return _license_row(row)
    portal = Portal(name=row.name, subdomain=row.subdomain, state=row.state)
    return ApplicationRow(
        license_id=row.license_id,
        portal_id=row.id,
        title=portal.display_name,
        status=Status(row.state),
        type=PortalLicense.Type(row.type),
        url=portal.url,
        host=portal.host,
        portal_type=PortalType(row.portal_type),
        organization=row.organization,
        created_at=row.created_at,
        expires_at=row.expires_at,
        step=_step(row) if row.plan else None,
    )


def _license_row(row: Row) -> ApplicationRow:
    return ApplicationRow(
        license_id=row.license_id,
        portal_id=None,
        title=PortalLicense.TITLE,
        status=_license_status(row.expires_at),
        type=PortalLicense.Type(row.type),
        url="",
        host="",
        portal_type=None,
        organization="",
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _license_status(expires_at: datetime | None) -> Status:
    return Status.EXPIRED if expires_at and expires_at <= timezone.now() else Status.NOT_CONFIGURED


def _step(row: Row) -> StepLine:
    plan = json.loads(row.plan or "[]")
    at = min(row.step or 0, len(plan) - 1)
    error = (json.loads(row.error or "null") or {}).get("message", "")
    return StepLine(at + 1, len(plan), plan[at]["title"], row.waiting_for or "", error)
