"""Restart Provisioning, with the same or with changed values, and cancelling.

Restarting installs solutions, so it asks for the right to provision; cancelling only stops, so whoever may manage may.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import User
from operations.models import Operation
from operations.services import operation_cancel
from organizations.policy import Action, require
from portals import messages as portal_messages
from portals.errors import PortalBusy, PortalWrongState
from portals.models import Portal
from portals.services import draft_columns, event_write, portal_for, subdomain_lost
from portals.states import portal_restart
from provisioning import messages
from provisioning.changes import changes_apply
from provisioning.errors import NothingRunning
from provisioning.models import ProvisioningRequest
from provisioning.plan import RESOURCE
from provisioning.services.runs import Acceptance, run_start
from provisioning.truth import values_accept
from provisioning.values import PortalValues, values_as_json, values_changed, values_of

Kind = ProvisioningRequest.Kind


def provisioning_restart(*, actor: User, portal_id: uuid.UUID) -> Operation:
    """Restarts the installation process with the configuration that was previously defined.

    A new run over the same portal: its steps look first, so what is done already is passed over quickly.

    Raises:
        PortalNotFound, NotAllowed.
        PortalBusy: it is being provisioned already (a double click, a stale page).
        PortalWrongState: it is provisioned.
    """
    portal = _failed_portal(actor, portal_id)
    with transaction.atomic():
        portal_restart(portal_id=portal.pk, actor=actor)
        return run_start(actor=actor, portal=portal, kind=Kind.RESTART, acceptance=_accepted_before(portal))


def provisioning_change_and_restart(*, actor: User, portal_id: uuid.UUID, changes: Mapping[str, object]) -> Operation:
    """Lets you change some of the values before restarting the provisioning process.

    Args:
        changes: fields as the API names them, with values as :class:`PortalValues` holds them; fields that have the
            old value are no change.

    Raises:
        As :func:`provisioning_restart`.
        InvalidValues: a field cannot change any more, or its new value cannot be accepted.
        SubdomainJustTaken: somebody was faster; nothing was changed.
    """
    try:
        with transaction.atomic():
            return _change_and_restart(actor, portal_id, changes)
    except IntegrityError as lost:
        raise subdomain_lost(str(changes.get("subdomain", "")).strip().lower(), lost) from lost


def provisioning_cancel(*, actor: User, portal_id: uuid.UUID) -> None:
    """Stop the run before its next step. The portal becomes Provisioning Failed and can be restarted.

    Raises:
        PortalNotFound, NotAllowed.
        NothingRunning: there is no run.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    running = Operation.objects.filter(
        resource_type=RESOURCE, resource_id=portal.pk, status__in=Operation.ACTIVE
    ).first()
    if running is None:
        raise NothingRunning(messages.NOTHING_RUNNING)
    operation_cancel(actor=actor, operation_id=running.pk)


def _change_and_restart(actor: User, portal_id: uuid.UUID, changes: Mapping[str, object]) -> Operation:
    """The row is locked from the first look on, so that what may change is still what may change when it is written."""
    Portal.objects.select_for_update().filter(pk=portal_id).first()
    portal = _failed_portal(actor, portal_id)
    old = values_of(portal)
    accepted = values_accept(actor=actor, values=changes_apply(portal, changes), portal=portal)
    portal_restart(portal_id=portal.pk, actor=actor)
    Portal.objects.filter(pk=portal.pk).update(**draft_columns(accepted.draft), updated_at=timezone.now())
    portal.refresh_from_db()
    _note_changes(actor, portal, old)
    return run_start(actor=actor, portal=portal, kind=Kind.CHANGE, acceptance=_accepted_before(portal))


def _failed_portal(actor: User, portal_id: uuid.UUID) -> Portal:
    """The portal, if the actor may provision it again and it has failed; the guarded UPDATE looks once more."""
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    require(actor, Action.PORTAL_PROVISION, portal.organization_id)
    if portal.state == Portal.State.CONFIGURING:
        raise PortalBusy(portal_messages.BUSY)
    if portal.state != Portal.State.PROVISIONING_FAILED:
        raise PortalWrongState(portal_messages.NOT_FAILED)
    return portal


def _accepted_before(portal: Portal) -> Acceptance:
    """The Terms of Service as the portal's latest request accepted them."""
    latest = portal.requests.latest("created_at")
    return Acceptance(latest.terms_version, latest.terms_sha256, latest.terms_accepted_at, latest.ip_address)


def _note_changes(actor: User, portal: Portal, old: PortalValues) -> None:
    fields = values_changed(old, values_of(portal))
    event_write(portal, actor, "portals:changed", changes=_pairs(old, values_of(portal), fields))


def _pairs(old: PortalValues, new: PortalValues, fields: tuple[str, ...]) -> dict[str, object]:
    before, after = values_as_json(old), values_as_json(new)
    return {field: [before[field], after[field]] for field in fields}
