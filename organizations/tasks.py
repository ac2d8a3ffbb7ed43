"""Reading every organization anew, so that roles taken away there do not count here for long."""

from __future__ import annotations

import logging

from celery import shared_task

from organizations.errors import OrganizationProblem
from organizations.models import Organization
from organizations.services import organization_refresh

logger = logging.getLogger(__name__)


@shared_task(name="organizations.refresh", soft_time_limit=240, time_limit=270)
def refresh() -> None:
    """Refresh all organizations; one that does not answer keeps what was last read and does not stop the others."""
    for organization_id in Organization.objects.values_list("pk", flat=True):
        try:
            organization_refresh(organization_id=organization_id)
        except OrganizationProblem as problem:
            logger.warning("Organization %s was not refreshed: %s", organization_id, problem.code)
