"""What the steps of the room's runs make so. Each may be called again."""

from __future__ import annotations

import time
from datetime import timedelta

from analytics import messages
from analytics.adapters import hub, receiver
from analytics.client import Model
from analytics.errors import HubRefused
from analytics.kinds import KINDS, PROFILE, Kind, link_definition, link_name, profile_definition, type_definition
from analytics.models import InsightsConnection, Interaction, RefusedInteraction
from analytics.ports import Hub
from analytics.services.connections import test_event
from analytics.services.sending import connection_drain
from operations.workflow import Answer, Done, StepContext, StepFailed, Wait

SECONDS = 15.0
DRAINED_WITHIN = 30.0
NOT_FOR_EVENT_HUBS = "Event Hubs only takes events; there is nothing of the kind."
BY_HAND = "This hub does not let the portal link Contact. Link crmrecordid to portal_contactid there."
UNDONE = ("Failed", "HumanIntervention", "Deleting", "Expiring")


def reach_hub(context: StepContext) -> Answer:
    """Somebody answers there, whatever it says of the key."""
    connection = _connection(context)
    if connection.is_event_hubs:
        return Done(skipped=True, message="The test interaction will tell.")
    try:
        with hub(connection.triple, within=SECONDS) as found:
            found.policy()
    except HubRefused as refused:
        if refused.status not in (401, 403):
            raise
    return Done(message=connection.hub_uri)


def read_policy(context: StepContext) -> Answer:
    """The key is the policy's, and the policy has all three rights."""
    connection = _connection(context)
    if connection.is_event_hubs:
        return Done(skipped=True, message=NOT_FOR_EVENT_HUBS)
    try:
        with hub(connection.triple, within=SECONDS) as found:
            missing = found.policy().missing
    except HubRefused as refused:
        if refused.code != "analytics:right-missing":
            raise
        missing = ("Manage",)  # reading a policy needs it
    if missing:
        rights = " and ".join((", ".join(missing[:-1]), missing[-1])) if missing[1:] else missing[0]
        sentence = messages.LACKS.format(policy=connection.policy_name, rights=rights)
        raise StepFailed(sentence, code="analytics:right-missing", context={"service_text": sentence})
    return Done(message="Manage, Read and Write")


def create_types(context: StepContext) -> Answer:
    """Each type is there: found, or created and ready."""
    connection = _connection(context)
    if connection.is_event_hubs:
        return Done(skipped=True, message=NOT_FOR_EVENT_HUBS)
    with hub(connection.triple) as found:
        for kind in _kinds(context):
            if not _type_ensure(found, kind, context):
                return Wait(timedelta(seconds=2), f"The hub is creating the interaction type {kind.name}.")
    return Done(message=", ".join(kind.display_name for kind in _kinds(context)))


def link_contact(context: StepContext) -> Answer:
    """The profile Contact, and its link to each type, where the hub lets us; else it is the administrator's to do."""
    connection = _connection(context)
    if connection.is_event_hubs:
        return Done(skipped=True, message=NOT_FOR_EVENT_HUBS)
    with hub(connection.triple) as found:
        try:
            if found.model_get(Model.PROFILE, PROFILE) is None:
                found.model_put(Model.PROFILE, PROFILE, profile_definition())
            for kind in _kinds(context):
                if found.model_get(Model.LINK, link_name(kind)) is None:
                    found.model_put(Model.LINK, link_name(kind), link_definition(kind))
        except HubRefused as refused:
            if refused.status in (401, 404):
                raise
            context.log(refused.service_text or refused.message)
            return Done(skipped=True, message=BY_HAND)
    InsightsConnection.objects.filter(pk=connection.pk).update(is_linked=True)
    return Done(message="crmrecordid = portal_contactid")


def send_test(context: StepContext) -> Answer:
    """One interaction arrives, and whether the hub takes several at once is known."""
    connection = _connection(context)
    event = test_event(connection)
    with receiver(connection.triple) as found:
        takes_batches = found.takes_batches(event)
        refused = () if takes_batches else found.send([event])
    if refused:
        raise StepFailed(f"The hub refused the test interaction: {refused[0].message}", code=refused[0].code)
    InsightsConnection.objects.filter(pk=connection.pk).update(takes_batches=takes_batches)
    return Done(message="" if takes_batches else "This hub takes one interaction at a time.")


def send_waiting(context: StepContext) -> Answer:
    """What was captured before the connection was deleted is sent once more; a hub that is away stops no deletion."""
    connection = _connection_or_none(context)
    if connection is None:
        return Done(skipped=True)
    before = Interaction.objects.filter(portal_id=connection.portal_id).count()
    sent = connection_drain(connection, deadline=time.monotonic() + DRAINED_WITHIN)
    left = Interaction.objects.filter(portal_id=connection.portal_id).count()
    if left:
        context.log(f"{left} of {before} interactions could not be sent. They are deleted with the connection.")
    return Done(output={"sent": sent, "left": left}, message=f"{sent} sent")


def remove_connection(context: StepContext) -> Answer:
    """Nothing of the connection is left here: neither the key nor what waited. The hub keeps what it has."""
    portal_id = context.operation.resource_id
    connection = _connection_or_none(context)
    if connection is not None:
        connection.delete()
    Interaction.objects.filter(portal_id=portal_id).delete()
    RefusedInteraction.objects.filter(portal_id=portal_id).delete()
    return Done()


def _type_ensure(found: Hub, kind: Kind, context: StepContext) -> bool:
    """Whether the type is ready; created where it is not there."""
    there = found.model_get(Model.INTERACTION, kind.name)
    state = str((there or {}).get("provisioningState") or "Succeeded")
    if there is None:
        pending = found.model_put(Model.INTERACTION, kind.name, type_definition(kind))
        context.log(f"{kind.name} is created.")
        return not pending or found.is_finished(pending)
    if state in UNDONE:
        sentence = f"The hub could not create the interaction type {kind.name} ({state})."
        raise StepFailed(sentence, code="analytics:type-failed")
    return state != "Provisioning"


def _kinds(context: StepContext) -> list[Kind]:
    return [KINDS[name] for name in context.argument.split(",")]


def _connection(context: StepContext) -> InsightsConnection:
    return InsightsConnection.objects.get(pk=context.operation.input["connection"])


def _connection_or_none(context: StepContext) -> InsightsConnection | None:
    return InsightsConnection.objects.filter(pk=context.operation.input["connection"]).first()
