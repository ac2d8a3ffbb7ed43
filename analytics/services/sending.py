"""Delivery: what waits is sent in batches, and deleted here in the transaction that knows it is there.

A worker that is killed in between sends the same again; the hub knows it by ``portal_interactionid``. Nothing is given
up because of the hub, the key or the network: only an interaction that the hub itself refuses is put aside.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import connection as database
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from analytics.adapters import receiver
from analytics.client import Refusal
from analytics.client.problems import CONTACT_ERASED, TYPE_UNKNOWN
from analytics.errors import HubProblem
from analytics.kinds import NOBODY
from analytics.models import InsightsConnection, Interaction, RefusedInteraction
from analytics.ports import Receiver
from analytics.services.switching import interaction_type_missing
from core.errors import PortalAdminError
from core.sealed import SealBroken

logger = logging.getLogger(__name__)
BATCH, ONE_BY_ONE = 1000, 50
SENDERS = 2  # of the worker's children: hubs that hang must not keep the others from their work
LONGEST_PAUSE = 300.0
KEPT_REFUSED = timedelta(days=30)
LOCK_HUB, LOCK_SENDER = 0x1A51, 0x1A52  # classes of advisory locks


class Waiting(NamedTuple):
    """An interaction as it is sent. ``payload`` is its JSON text."""

    id: str
    type: str
    payload: str


def interactions_send(*, seconds: float = 40.0) -> int:
    """Send what waits at every hub that may be asked now; how many were taken."""
    deadline, sent = time.monotonic() + seconds, 0
    for connection in _due():
        if time.monotonic() < deadline:
            sent += connection_drain(connection, deadline=deadline)
    return sent


def connection_drain(connection: InsightsConnection, *, deadline: float) -> int:
    """Send what waits for one hub, until there is no more, the time is over, or the hub does not take it."""
    sent = 0
    try:
        with receiver(connection.triple) as hub:
            while (taken := _send_batch(connection, hub)) is not None:
                sent += taken
                if time.monotonic() > deadline:
                    break
    except (HubProblem, SealBroken) as problem:
        _put_off(connection, problem)
    return sent


def interactions_clear() -> None:
    """Forget refused interactions after a while, and what was captured at portals that have no hub any more."""
    RefusedInteraction.objects.filter(refused_at__lt=timezone.now() - KEPT_REFUSED).delete()
    connections = InsightsConnection.objects.filter(portal_id=OuterRef("portal_id"))
    Interaction.objects.filter(~Exists(connections)).delete()


def _due() -> list[InsightsConnection]:
    """Those for which something waits and that may be asked; the one that waited longest first."""
    waiting = Interaction.objects.filter(portal_id=OuterRef("portal_id"))
    due = Q(next_send_at=None) | Q(next_send_at__lte=timezone.now())
    found = InsightsConnection.objects.connected().filter(due & Exists(waiting))
    return list(found.order_by(F("last_success_at").asc(nulls_first=True)))


@transaction.atomic
def _send_batch(connection: InsightsConnection, hub: Receiver) -> int | None:
    """How many the hub took; None where nothing waits, or another worker is at it.

    The transaction is open while the hub answers, so that the lock ends with the process, however that ends.
    """
    if not _is_ours(connection) or not (rows := _batch(connection)):
        return None
    refused = hub.send([row.payload for row in rows], in_batches=connection.takes_batches)
    _settle(connection, rows, refused)
    return len(rows) - len(refused)


def _is_ours(connection: InsightsConnection) -> bool:
    """Whether no other worker sends for this portal, a sender is free, and the connection is as it was."""
    portal = int.from_bytes(connection.portal_id.bytes[-4:], "big", signed=True)
    free = any(_locked(LOCK_SENDER, number) for number in range(SENDERS)) and _locked(LOCK_HUB, portal)
    return free and InsightsConnection.objects.filter(pk=connection.pk, state=connection.state).exists()


def _locked(kind: int, number: int) -> bool:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, number])
        return bool(cursor.fetchone()[0])


def _batch(connection: InsightsConnection) -> list[Waiting]:
    """The oldest that wait; their ids as text, for making UUIDs of them takes longer than all the rest here."""
    size = BATCH if connection.takes_batches else ONE_BY_ONE
    rows = Interaction.objects.filter(portal_id=connection.portal_id).order_by("id")
    found = rows.annotate(key=Cast("id", TextField())).values_list("key", "type", "payload")
    return [Waiting(*row) for row in found[:size]]


def _settle(connection: InsightsConnection, rows: Sequence[Waiting], refused: Sequence[Refusal]) -> None:
    """The hub has them, or has said why not: they wait no more."""
    bad = {one.index for one in refused}
    sent = {row.type for index, row in enumerate(rows) if index not in bad}
    if refused:
        _put_aside(connection, {rows[one.index].id: one for one in refused})
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_interaction WHERE id = ANY(%s::uuid[])", [[row.id for row in rows]])
    if sent:
        now = timezone.now()
        connection.types.filter(name__in=sent).update(last_sent_at=now)
        mine = InsightsConnection.objects.filter(pk=connection.pk)
        mine.update(last_success_at=now, failures=0, next_send_at=None)
        connection.failures = 0


def _put_aside(connection: InsightsConnection, refused: Mapping[str, Refusal]) -> None:
    """Those that the hub refused, with its reasons. A type that it has not got is captured no more; of a contact that
    was erased there, nothing is kept here but that it was so."""
    now, aside = timezone.now(), Interaction.objects.filter(pk__in=list(refused))
    RefusedInteraction.objects.bulk_create(
        [
            RefusedInteraction(
                id=row.id,
                portal_id=row.portal_id,
                contact_id=NOBODY if refused[str(row.id)].code == CONTACT_ERASED else row.contact_id,
                type=row.type,
                payload="{}" if refused[str(row.id)].code == CONTACT_ERASED else row.payload,
                code=refused[str(row.id)].code,
                reason=refused[str(row.id)].message,
                refused_at=now,
            )
            for row in aside
        ],
        ignore_conflicts=True,
    )
    for name in {row.type for row in aside if refused[str(row.id)].code == TYPE_UNKNOWN}:
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
