"""The portal that a step works on."""

from __future__ import annotations

from operations.workflow import StepContext, StepFailed
from portals.models import Portal
from provisioning import messages


def portal_of(context: StepContext) -> Portal:
    """The portal as it is now.

    Raises:
        StepFailed: it was removed.
    """
    portal = Portal.objects.select_related("organization").filter(pk=context.operation.resource_id).first()
    if portal is None:
        raise StepFailed(messages.PORTAL_GONE, code="provisioning:portal-gone")
    return portal
