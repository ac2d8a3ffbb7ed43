"""Configuring, updating, deleting and testing a portal's connection to a hub: may the actor, is it possible, write."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from analytics import messages, plan, terms
from analytics.adapters import hub, receiver
from analytics.buffer.captured import Captured, captured_payload
from analytics.client import Triple
from analytics.errors import AlreadyConfigured, AnalyticsBusy, HubRefused, NotConfigured
from analytics.kinds import KINDS, NOBODY, SEARCH, TEST_SESSION
from analytics.models import InsightsConnection
from analytics.services.checking import key_require, triple_require
from analytics.states import connection_move
from core.errors import Conflict, InvalidValue
from core.models import User
from core.sealed import secret_seal
from operations.models import Operation
from operations.services import Resource, operation_start
from operations.workflow import StepPlan
from organizations.policy import Action
from portals.models import Portal
from portals.services import event_write, portal_for

S = InsightsConnection.State
SECONDS = 15.0  # somebody waits for the answer
TEST_TEXT = "Test of the connection"


def connection_for(*, actor: User, portal_id: uuid.UUID, action: Action) -> InsightsConnection:
    """The portal's connection, if ``actor`` may do ``action`` with it.

    Raises:
        PortalNotFound, NotAllowed.
        NotConfigured: the portal sends its interactions nowhere.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=action)
    found = connection_of(portal)
    if found is None:
        raise NotConfigured(messages.NOT_CONFIGURED)
    return found


def connection_of(portal: Portal) -> InsightsConnection | None:
    """The portal's connection, in whatever state."""
    rows = InsightsConnection.objects.select_related("portal__organization", "key_set_by")
    return rows.filter(portal=portal).first()


@transaction.atomic
def connection_configure(
    *, actor: User, portal_id: uuid.UUID, hub_uri: str, policy_name: str, shared_key: str, accept_terms: bool
) -> Operation:
    """Begin to send a portal's interactions to a hub.

    Raises:
        PortalNotFound, NotAllowed, InvalidValues.
        AlreadyConfigured: it has a hub. AnalyticsBusy: it is being configured, or deleted.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    uri, policy, key = triple_require(
        hub_uri=hub_uri, policy_name=policy_name, shared_key=shared_key, accept_terms=accept_terms
    )
    connection = _connection_write(actor, portal, Triple(uri, policy, key))
    names = [kind.name for kind in KINDS.values() if not kind.is_optional]
    return _run(actor, portal, plan.CONFIGURE, plan.configure_plan(names), purpose=plan.Purpose.CONNECT, of=connection)


def connection_update_key(*, actor: User, portal_id: uuid.UUID, shared_key: str) -> InsightsConnection:
    """Sign with another key from now on. It is tried at the hub first; what waits is kept and sent with it.

    Raises:
        PortalNotFound, NotAllowed, NotConfigured, AnalyticsBusy.
        InvalidValue: the hub does not take the key. HubProblem: it does not answer, or refuses for another reason.
            Nothing was changed.
    """
    connection = connection_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    if not connection.is_connected:
        raise AnalyticsBusy(messages.BUSY)
    key = key_require(shared_key)
    try:
        triple_try(connection, Triple(connection.hub_uri, connection.policy_name, key))
    except HubRefused as refused:
        if refused.code != "analytics:key-refused":
            raise
        raise InvalidValue(refused.message, field="shared_key", code=refused.code) from refused
    now = timezone.now()
    with transaction.atomic():
        InsightsConnection.objects.filter(pk=connection.pk).update(
            shared_key=secret_seal(key, row=connection.seal_row),
            key_set_at=now,
            key_set_by=actor,
            next_send_at=None,
            failures=0,
            updated_at=now,
        )
        event_write(connection.portal, actor, "analytics:key-updated")
    connection.refresh_from_db()
    return connection


@transaction.atomic
def connection_delete(*, actor: User, portal_id: uuid.UUID) -> Operation:
    """Delete the connection, and only that: what is in the hub stays there.

    Raises:
        PortalNotFound, NotAllowed, NotConfigured, AnalyticsBusy.
    """
    connection = connection_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    steps = plan.delete_plan(is_connected=connection.is_connected)
    if not connection_move(connection_id=connection.pk, to=S.REMOVING):
        raise AnalyticsBusy(messages.BUSY)
    return _run(actor, connection.portal, plan.DELETE, steps, of=connection)


def triple_try(connection: InsightsConnection, triple: Triple) -> None:
    """Whether the hub lets this address, policy and key in.

    Raises:
        HubProblem
    """
    if connection.is_event_hubs:
        with receiver(triple, within=SECONDS) as events:
            events.takes_batches(test_event(connection))
    else:
        with hub(triple, within=SECONDS) as found:
            found.policy()


def test_event(connection: InsightsConnection) -> dict[str, str | int]:
    """The interaction that is sent to try the connection: the same whenever it is sent, so the hub has it once."""
    at, session = connection.created_at, TEST_SESSION  # by which hubs of ours count it nowhere
    captured = Captured(connection.portal_id, uuid.UUID(NOBODY), SEARCH.name, TEST_TEXT, at, session_id=session)
    return {**captured_payload(captured), "portal_interactionid": str(uuid.uuid5(connection.pk, session))}


def type_create(*, actor: User, connection: InsightsConnection, name: str) -> Operation:
    """A run that creates one interaction type in the hub, and turns the interaction on."""
    return _run(actor, connection.portal, plan.CONFIGURE, plan.type_plan(name), purpose=plan.Purpose.TYPE,
                of=connection, type=name)  # fmt: skip


def _connection_write(actor: User, portal: Portal, triple: Triple) -> InsightsConnection:
    """A new row, or the one that failed, with these values."""
    now = timezone.now()
    connection = InsightsConnection.objects.select_for_update(of=("self",)).filter(portal=portal).first()
    if connection is None:
        connection = InsightsConnection(portal=portal)
    elif connection.state != S.FAILED:
        raise AlreadyConfigured(messages.CONFIGURED) if connection.is_connected else AnalyticsBusy(messages.BUSY)
    connection.hub_uri, connection.policy_name = triple.hub_uri, triple.policy_name
    connection.shared_key = secret_seal(triple.key, row=connection.seal_row)
    connection.state = S.CONFIGURING
    connection.key_set_at, connection.key_set_by = now, actor
    connection.terms_version, connection.terms_accepted_at = terms.VERSION, now
    connection.save()
    for kind in KINDS.values():
        connection.types.get_or_create(name=kind.name, defaults={"is_on": not kind.is_optional})
    return connection


def _run(
    actor: User, portal: Portal, workflow: str, steps: tuple[StepPlan, ...], *, of: InsightsConnection, **values: str
) -> Operation:
    try:
        return operation_start(
            actor=actor,
            workflow=workflow,
            resource=Resource(plan.RESOURCE, portal.pk, f"Analytics of {portal.name}", portal.organization_id),
            plan=steps,
            input={"connection": str(of.pk), **values},
        )
    except Conflict as busy:
        raise AnalyticsBusy(messages.BUSY) from busy
