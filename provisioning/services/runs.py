"""Starting a run over a portal, whatever asked for it: the operation and the request's row belong together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict
from core.models import User
from operations.models import Operation
from operations.services import Resource, operation_start
from portals import messages
from portals.errors import PortalBusy
from portals.models import Portal
from provisioning.models import ProvisioningRequest
from provisioning.plan import RESOURCE, WORKFLOW, provisioning_plan
from provisioning.values import values_as_json, values_of


@dataclass(frozen=True)
class Acceptance:
    """Which Terms of Service count for a run, and when and from where they were accepted."""

    version: str
    sha256: str
    at: datetime
    ip_address: str | None = None


def run_start(
    *,
    actor: User,
    portal: Portal,
    kind: ProvisioningRequest.Kind,
    acceptance: Acceptance,
    form_token: uuid.UUID | None = None,
) -> Operation:
    """Write the operation and the request. The caller holds the transaction and has moved the portal.

    Raises:
        PortalBusy: a run is under way.
    """
    operation = _operation_start(actor, portal)
    ProvisioningRequest.objects.create(
        portal=portal,
        operation=operation,
        kind=kind,
        values=values_as_json(values_of(portal)),
        submitted_by=actor,
        terms_version=acceptance.version,
        terms_sha256=acceptance.sha256,
        terms_accepted_at=acceptance.at,
        ip_address=acceptance.ip_address,
        form_token=form_token,
    )
    return operation


def _operation_start(actor: User, portal: Portal) -> Operation:
    try:
        return operation_start(
            actor=actor,
            workflow=WORKFLOW,
            resource=Resource(RESOURCE, portal.pk, portal.name, portal.organization_id),
            plan=provisioning_plan(portal),
            input={"portal": str(portal.pk), "options": list(portal.options), "portal_type": portal.portal_type},
        )
    except Conflict as busy:
        raise PortalBusy(messages.BUSY) from busy
