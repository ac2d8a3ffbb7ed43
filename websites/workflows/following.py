"""Following a table of an organization: what was changed since the last look, and nothing of what was there before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from organizations.client.values import Changes
from organizations.errors import OrganizationRefused
from websites.ports import OrganizationRows
from websites.site.times import time_of
from websites.workflows.models import FollowedTable

EXPIRED = "organizations:delta-expired"
SLACK = timedelta(minutes=1)  # that the organization's clock and ours may differ; what is found twice counts once
Row = dict[str, Any]


class FollowedRows(OrganizationRows, Protocol):
    """Rows whose changes can be asked for; :class:`organizations.client.WebApiClient` is one."""

    def changes(self, entity_set: str, *, select: Sequence[str] = (), since: str = "") -> Changes:
        """What changed since a link; "" gives every row."""
        ...


class Look:
    """One look at a table. ``done`` is called when everything found was dealt with; until then it is found again."""

    def __init__(self, organization_id: UUID, entity_set: str, rows: Sequence[Row], link: str) -> None:
        self.rows = rows
        self._organization_id, self._entity_set, self._link = organization_id, entity_set, link

    def done(self) -> None:
        FollowedTable.objects.update_or_create(
            organization_id=self._organization_id,
            entity_set=self._entity_set,
            defaults={"link": self._link, "looked_at": timezone.now()},
        )


def table_look(source: FollowedRows, organization_id: UUID, entity_set: str, columns: Sequence[str]) -> Look | None:
    """Rows that changed since the last look and were made since the first; None where the organization lacks the table.

    The first look finds nothing. A link that is too old is begun anew, with what was made since the last look.

    Raises:
        core.errors.Unavailable
    """
    known = FollowedTable.objects.filter(organization_id=organization_id, entity_set=entity_set).first()
    try:
        found, is_whole = _changes(source, entity_set, columns, known)
    except OrganizationRefused as refused:
        if refused.status == 404:
            return None
        raise
    if known is None:
        return Look(organization_id, entity_set, [], found.link)
    since = max(known.began_at, known.looked_at - SLACK) if is_whole else known.began_at
    rows = [row for row in found.changed if _is_newer(row, since.replace(microsecond=0))]
    return Look(organization_id, entity_set, rows, found.link)


def _changes(
    source: FollowedRows, entity_set: str, columns: Sequence[str], known: FollowedTable | None
) -> tuple[Changes, bool]:
    """The changes, and whether they are simply all rows."""
    if known is None:
        return source.changes(entity_set, select=columns), True
    try:
        return source.changes(entity_set, since=known.link), False
    except OrganizationRefused as refused:
        if refused.code != EXPIRED:
            raise
        return source.changes(entity_set, select=columns), True


def _is_newer(row: Row, since: datetime) -> bool:
    at = time_of(row.get("createdon"))
    return at is not None and at >= since
