"""The months of stored events: made ahead, dropped as a whole, and what strayed moved to its month."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import structlog
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from analytics.hub.models import (
    DailyCount,
    Hub,
    ItemCount,
    ModelOperation,
    RefusalCount,
    RefusedEvent,
    SearchCount,
)
from analytics.hub.months import kept_from, month_of, month_shifted
from analytics.hub.refusing import KEPT

AHEAD = 3  # months that are ready before they begin
LOCK_SECONDS = 5  # longer than that no writer waits for us
OPERATIONS_KEPT_DAYS = 30
_NAME = re.compile(r"hub_interaction_(\d{4})_(\d{2})")
logger = structlog.get_logger(__name__)


def partitions_ensure(*, now: datetime | None = None) -> list[str]:
    """Make the partitions that are missing: of this month, of the next ones, and of months that events strayed from.

    Returns:
        The new ones. One that cannot be had now, because somebody holds a lock for long, is made at the next run.
    """
    this = month_of(now or timezone.now())
    wanted = {month_shifted(this, step) for step in range(AHEAD + 1)} | _strayed(month_shifted(this, AHEAD))
    made = [_make(month) for month in sorted(wanted - set(_months()))]
    return [name for name in made if name]


def retention_apply(*, now: datetime | None = None) -> int:
    """Drop months that no hub keeps any more, and delete what hubs with a shorter time have beyond theirs.

    Returns:
        How many partitions were dropped.
    """
    moment = now or timezone.now()
    hubs = list(Hub.objects.all())
    dropped = 0
    if hubs:
        oldest = min(kept_from(moment, hub.retention_months) for hub in hubs)
        dropped = sum(_drop(month) for month in sorted(_months()) if month_shifted(month, 1) <= oldest)
    for hub in hubs:
        _forget(hub, kept_from(moment, hub.retention_months))
    old = moment.timestamp() - OPERATIONS_KEPT_DAYS * 86_400
    ModelOperation.objects.filter(at__lt=datetime.fromtimestamp(old, UTC)).delete()
    return dropped


def _forget(hub: Hub, oldest: datetime) -> None:
    with connection.cursor() as cursor:
        for table in [*(_table(month) for month in sorted(_months()) if month < oldest), "hub_interaction_default"]:
            cursor.execute(f"DELETE FROM {table} WHERE hub_id = %s AND ts < %s", [hub.pk, oldest])  # noqa: S608 - ours
    for counts in (DailyCount, SearchCount, ItemCount, RefusalCount):
        counts.objects.filter(hub=hub, day__lt=oldest.date()).delete()
    refused = RefusedEvent.objects.filter(hub=hub)
    refused.filter(at__lt=oldest).delete()
    newest = refused.order_by("-id").values_list("pk", flat=True)[KEPT : KEPT + 1]
    for last in newest:
        refused.filter(pk__lte=last).delete()


def _make(month: datetime) -> str:
    """One partition. Strays are moved into it before it is attached, while nobody can add another."""
    name = _table(month)
    bounds = [month, month_shifted(month, 1)]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute("LOCK TABLE hub_interaction_default IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"CREATE TABLE {name} (LIKE hub_interaction INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            cursor.execute(_MOVE.format(name=name), bounds)
            cursor.execute(_ATTACH.format(name=name), bounds)
    except OperationalError as held:
        logger.warning("hub_partition_waits", partition=name, error=type(held.__cause__).__name__)
        return ""
    return name


_MOVE = """
WITH moved AS (DELETE FROM hub_interaction_default WHERE ts >= %s AND ts < %s RETURNING *)
INSERT INTO {name} SELECT * FROM moved
"""
_ATTACH = "ALTER TABLE hub_interaction ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)"


def _drop(month: datetime) -> bool:
    name = _table(month)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute(f"DROP TABLE {name}")
    except OperationalError as held:
        logger.warning("hub_partition_waits", partition=name, error=type(held.__cause__).__name__)
        return False
    logger.info("hub_partition_dropped", partition=name)
    return True


def _months() -> list[datetime]:
    """The months that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'hub_interaction'::regclass"
        )
        names = [_NAME.fullmatch(name) for (name,) in cursor.fetchall()]
    return [datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC) for found in names if found]


def _strayed(last: datetime) -> set[datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT date_trunc('month', ts AT TIME ZONE 'UTC') FROM hub_interaction_default")
        months = {month.replace(tzinfo=UTC) for (month,) in cursor.fetchall()}
    return {month for month in months if month <= last}


def _table(month: datetime) -> str:
    return f"hub_interaction_{month:%Y_%m}"
