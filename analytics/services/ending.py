"""How the end of a run is told, in the transaction that writes its final status."""

from __future__ import annotations

from django.utils import timezone

from analytics.models import InsightsConnection
from analytics.plan import Purpose
from analytics.states import connection_move
from operations.models import Operation
from portals.models import Portal
from portals.services import event_write

S = InsightsConnection.State


def configure_ended(operation: Operation) -> None:
    """Connected, or why not; one interaction more where the run was for that."""
    connection = InsightsConnection.objects.select_for_update(of=("self",)).filter(pk=operation.input["connection"])
    found = connection.select_related("portal").first()
    succeeded = operation.status == Operation.Status.SUCCEEDED
    if found is None:
        return
    if operation.input["purpose"] == Purpose.TYPE:
        if succeeded:
            _turned_on(operation, found)
        return
    if not succeeded:
        connection_move(connection_id=found.pk, to=S.FAILED)
        return
    connection_move(connection_id=found.pk, to=S.CONNECTED, connected_at=timezone.now(), last_success_at=timezone.now())
    event_write(found.portal, operation.actor, "analytics:configured", changes={"hub": ["", found.hub_uri]})


def delete_ended(operation: Operation) -> None:
    """Gone; or as it was, where the run was cancelled."""
    found = InsightsConnection.objects.filter(pk=operation.input["connection"]).first()
    if found is not None:
        connection_move(connection_id=found.pk, to=S.CONNECTED if found.connected_at else S.FAILED)
        return
    portal = Portal.objects.filter(pk=operation.resource_id).first()
    if portal is not None:
        left = operation.output.get("left", 0)
        event_write(portal, operation.actor, "analytics:deleted", changes={"not_sent": [left, 0]})


def _turned_on(operation: Operation, connection: InsightsConnection) -> None:
    name = operation.input["type"]
    connection.types.filter(name=name).update(is_on=True, missing_since=None)
    event_write(connection.portal, operation.actor, "analytics:switched", changes={name: [False, True]})
