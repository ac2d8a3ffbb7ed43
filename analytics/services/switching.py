"""Which interactions a portal captures, and what happens when the hub no longer has a type."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from analytics import messages
from analytics.client.problems import CONTACT_ERASED
from analytics.errors import AnalyticsBusy
from analytics.kinds import KINDS
from analytics.models import InsightsConnection, Interaction, InteractionType, RefusedInteraction
from analytics.services.connections import connection_for, type_create
from core.errors import InvalidValue
from core.models import User
from operations.models import Operation
from organizations.policy import Action
from portals.models import Portal
from portals.services import event_write


@transaction.atomic
def interaction_switch(*, actor: User, portal_id: uuid.UUID, name: str, is_on: bool) -> Operation | None:
    """Capture an interaction at this portal, or no longer; other portals of the hub are not touched.

    Returns:
        The run that creates the type in the hub, where it is not there; the interaction is on when it has ended.

    Raises:
        PortalNotFound, NotAllowed, NotConfigured, AnalyticsBusy.
        InvalidValue: there is no such interaction.
    """
    connection = connection_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    if not connection.is_connected:
        raise AnalyticsBusy(messages.BUSY)
    if name not in KINDS:
        raise InvalidValue(messages.NO_SUCH_INTERACTION, field="name", code="analytics:interaction-unknown")
    row = connection.types.get(name=name)
    if is_on and not connection.is_event_hubs and (row.missing_since or row.kind.is_optional):
        return type_create(actor=actor, connection=connection, name=name)
    if row.is_on != is_on or row.missing_since:
        connection.types.filter(name=name).update(is_on=is_on, missing_since=None if is_on else row.missing_since)
        event_write(connection.portal, actor, "analytics:switched", changes={name: [row.is_on, is_on]})
    return None


def interaction_type_missing(*, hub_uri: str, name: str) -> list[Portal]:
    """A type is not in the hub any more: no portal that shares the hub captures it. Those that did so until now."""
    connections = InsightsConnection.objects.sharing(hub_uri)
    rows = InteractionType.objects.filter(connection__in=connections, name=name, missing_since=None)
    stopped = list(Portal.objects.filter(insights__types__in=rows.filter(is_on=True)).distinct())
    rows.update(missing_since=timezone.now())
    return stopped


@transaction.atomic
def refused_resend(*, actor: User, portal_id: uuid.UUID) -> int:
    """Let the interactions that the hub refused wait to be sent again; how many.

    Raises:
        PortalNotFound, NotAllowed, NotConfigured.
    """
    connection = connection_for(actor=actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
    refused = RefusedInteraction.objects.select_for_update().filter(portal_id=connection.portal_id)
    rows = refused.exclude(code=CONTACT_ERASED)  # they would be refused for ever
    again = [
        Interaction(id=row.id, portal_id=row.portal_id, contact_id=row.contact_id, type=row.type, payload=row.payload)
        for row in rows
    ]
    Interaction.objects.bulk_create(again, ignore_conflicts=True, batch_size=1000)
    rows.delete()
    return len(again)
