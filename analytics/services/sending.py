"""Delivery: what waits is sent in batches, and deleted here in the transaction that knows it is there.

A worker that is killed in between sends the same again; the hub knows it by ``portal_interactionid``. Nothing is given
up because of the hub, the key or the network: only an interaction that the hub itself refuses is put aside.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from analytics.adapters import receiver
from analytics.client import Refusal
from analytics.client.problems import TYPE_UNKNOWN
from analytics.errors import HubProblem
from analytics.models import InsightsConnection, Interaction, RefusedInteraction
from analytics.services.switching import interaction_type_missing
from core.errors import PortalAdminError
from core.sealed import SealBroken

logger = logging.getLogger(__name__)
BATCH, ONE_BY_ONE = 1000, 50
LEASE = timedelta(seconds=60)  # longer than a batch may take
SENDERS = 2  # of the worker's children: hubs that hang must not keep the others from their work
LONGEST_PAUSE = 300.0
KEPT_REFUSED = timedelta(days=30)


def interactions_send(*, seconds: float = 40.0) -> int:
    """Send what waits at every hub that may be asked now; how many were taken."""
    deadline, sent = time.monotonic() + seconds, 0
    while time.monotonic() < deadline and (connection := _claim()) is not None:
        sent += connection_drain(connection, deadline=deadline)
    return sent


def connection_drain(connection: InsightsConnection, *, deadline: float) -> int:
    """Send what waits for one hub, until there is no more, the time is over, or the hub does not take it."""
    sent = 0
    try:
        with receiver(connection.triple) as hub:
            while rows := _batch(connection):
                events = [json.loads(row.payload) for row in rows]
                refused = hub.send(events, in_batches=connection.takes_batches)
                _settle(connection, rows, refused)
                sent += len(rows) - len(refused)
                if time.monotonic() > deadline or not _lease_renew(connection):
                    break
    except (HubProblem, SealBroken) as problem:
        _put_off(connection, problem)
    finally:
        InsightsConnection.objects.filter(pk=connection.pk).update(lease_until=None)
    return sent


def interactions_clear() -> None:
    """Forget refused interactions after a while, and what was captured at portals that have no hub any more."""
    RefusedInteraction.objects.filter(refused_at__lt=timezone.now() - KEPT_REFUSED).delete()
    connections = InsightsConnection.objects.filter(portal_id=OuterRef("portal_id"))
    Interaction.objects.filter(~Exists(connections)).delete()


def _claim() -> InsightsConnection | None:
    """One connection for which something waits and nobody sends, leased to this worker."""
    now = timezone.now()
    if InsightsConnection.objects.filter(lease_until__gt=now).count() >= SENDERS:
        return None
    with transaction.atomic():
        waiting = Interaction.objects.filter(portal_id=OuterRef("portal_id"))
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        due = Q(next_send_at=None) | Q(next_send_at__lte=now)
        found = InsightsConnection.objects.connected().filter(free & due & Exists(waiting))
        connection = found.select_for_update(skip_locked=True, of=("self",)).order_by("lease_until", "pk").first()
        if connection is not None:
            InsightsConnection.objects.filter(pk=connection.pk).update(lease_until=now + LEASE)
    return connection


def _batch(connection: InsightsConnection) -> list[Interaction]:
    """The oldest that wait."""
    size = BATCH if connection.takes_batches else ONE_BY_ONE
    return list(Interaction.objects.filter(portal_id=connection.portal_id).order_by("id")[:size])


def _lease_renew(connection: InsightsConnection) -> bool:
    """False where the connection is another's business now: it is being deleted."""
    mine = InsightsConnection.objects.filter(pk=connection.pk, state=connection.state)
    return bool(mine.update(lease_until=timezone.now() + LEASE))


def _settle(connection: InsightsConnection, rows: Sequence[Interaction], refused: Sequence[Refusal]) -> None:
    """The hub has them, or has said why not: they wait no more."""
    now = timezone.now()
    bad = {one.index for one in refused}
    sent = {row.type for index, row in enumerate(rows) if index not in bad}
    with transaction.atomic():
        _put_aside(connection, rows, refused)
        Interaction.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if sent:
            connection.types.filter(name__in=sent).update(last_sent_at=now)
            mine = InsightsConnection.objects.filter(pk=connection.pk)
            mine.update(last_success_at=now, failures=0, next_send_at=None)
            connection.failures = 0


def _put_aside(connection: InsightsConnection, rows: Sequence[Interaction], refused: Sequence[Refusal]) -> None:
    """Those that the hub refused, with its reasons. A type that it has not got is captured no more."""
    now = timezone.now()
    aside = [(rows[one.index], one) for one in refused]
    RefusedInteraction.objects.bulk_create(
        [
            RefusedInteraction(
                id=row.id,
                portal_id=row.portal_id,
                contact_id=row.contact_id,
                type=row.type,
                payload=row.payload,
                code=one.code,
                reason=one.message,
                refused_at=now,
            )
            for row, one in aside
        ],
        ignore_conflicts=True,
    )
    for name in {row.type for row, one in aside if one.code == TYPE_UNKNOWN}:
        interaction_type_missing(hub_uri=connection.hub_uri, name=name)


def _put_off(connection: InsightsConnection, problem: PortalAdminError) -> None:
    """Keep everything and ask again later: sooner the first time, every five minutes at last."""
    now, failures = timezone.now(), connection.failures + 1
    asked = problem.retry_after if isinstance(problem, HubProblem) else None
    pause = max(asked or 0.0, min(2.0 ** min(failures, 10), LONGEST_PAUSE))
    text = problem.message
    if isinstance(problem, HubProblem) and problem.service_text:
        text = f"{text}. {problem.service_text}"
    InsightsConnection.objects.filter(pk=connection.pk).update(
        failures=failures,
        next_send_at=now + timedelta(seconds=pause),
        last_error_at=now,
        last_error_code=problem.code,
        last_error_text=text,
    )
    logger.warning("Interactions wait: the hub of portal %s says %s", connection.portal_id, problem.code)
