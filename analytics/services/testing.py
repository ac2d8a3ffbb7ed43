"""*Test connection*: whether the hub answers, takes the key, gives the rights, and has what is captured."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from analytics import messages
from analytics.adapters import hub, receiver
from analytics.client import Model
from analytics.client.problems import SKEW_ALLOWED, TYPE_UNKNOWN
from analytics.errors import HubProblem
from analytics.models import InsightsConnection, InteractionType
from analytics.ports import Hub, Receiver
from analytics.services.connections import SECONDS, connection_for, test_event
from analytics.services.switching import interaction_type_missing
from core.checking import Check, Report
from core.messages import message_for
from core.models import User
from organizations.policy import Action

AT_THE_HUB = "Whoever administers the hub."
HERE = "Whoever runs this server: set its clock by NTP."


def connection_test(*, actor: User, portal_id: uuid.UUID) -> Report:
    """Try the portal's connection. What waits is sent at once where it works; a type that the hub lacks is not captured
    any more, as if an interaction of it had been refused.

    Raises:
        PortalNotFound, NotAllowed, NotConfigured.
    """
    connection = connection_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    report = Report(tuple(_checks(connection)))
    for lacked in (check.name for check in report.checks if check.code == TYPE_UNKNOWN):
        interaction_type_missing(hub_uri=connection.hub_uri, name=lacked)
    if report.is_good:
        InsightsConnection.objects.filter(pk=connection.pk).update(next_send_at=None, updated_at=timezone.now())
    return report


def _checks(connection: InsightsConnection) -> Iterator[Check]:
    if connection.is_event_hubs:
        with receiver(connection.triple, within=SECONDS) as events:
            yield _tried("answer", "Event Hubs takes an event", lambda: events.takes_batches(test_event(connection)))
            yield from _clock(events)
        return
    with hub(connection.triple, within=SECONDS) as found:
        yield (answer := _tried("answer", "The hub answers and takes the key", found.policy))
        yield from _clock(found)
        if answer.passed:
            yield _rights(connection, found)
            yield from _types(connection, found)


def _rights(connection: InsightsConnection, found: Hub) -> Check:
    title = "The policy has Manage, Read and Write"
    missing = found.policy().missing
    if not missing:
        return Check("rights", title, True)
    detail = messages.LACKS.format(policy=connection.policy_name, rights=" and ".join(missing)) + "."
    return Check("rights", title, False, detail, AT_THE_HUB, code="analytics:right-missing")


def _types(connection: InsightsConnection, found: Hub) -> Iterator[Check]:
    for row in connection.types.filter(is_on=True).order_by("pk"):
        yield _type(row, found)


def _type(row: InteractionType, found: Hub) -> Check:
    title = f"The hub has the interaction type {row.kind.display_name}"
    try:
        is_there = found.model_get(Model.INTERACTION, row.name) is not None
    except HubProblem as problem:
        return _refused(row.name, title, problem)
    if is_there:
        return Check(row.name, title, True)
    detail = "It was deleted there. Turn the interaction on again to create it anew."
    return Check(row.name, title, False, detail, "You.", is_warning=True, code=TYPE_UNKNOWN)


def _tried(name: str, title: str, act: Callable[[], Any]) -> Check:
    try:
        act()
    except HubProblem as problem:
        return _refused(name, title, problem)
    return Check(name, title, True)


def _refused(name: str, title: str, problem: HubProblem) -> Check:
    words = message_for(problem.code)
    detail = f"{problem.message}. {problem.service_text}".strip()
    return Check(name, title, False, detail, words.next_action if words else AT_THE_HUB, code=problem.code)


def _clock(found: Receiver) -> Iterator[Check]:
    if abs(found.skew) <= SKEW_ALLOWED:
        return
    side, minutes = ("behind" if found.skew > 0 else "ahead of"), round(abs(found.skew) / 60)
    detail = f"This server's clock is {minutes} minutes {side} the hub's."
    yield Check("clock", "The clocks agree", False, detail, HERE, is_warning=True, code="analytics:clock-skew")
