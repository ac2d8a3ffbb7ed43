"""A portal whose packages failed goes on by itself when the solution that stopped it has been installed after all."""

from __future__ import annotations

import uuid

from core.errors import Conflict
from core.models import User
from operations.models import Operation
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal
from provisioning import messages
from provisioning.plan import INSTALL, RESOURCE
from provisioning.services import provisioning_restart
from solutions.installation import Log
from solutions.live import Installed, installed_solutions


def portals_resume(actor: User, organization_id: uuid.UUID, log: Log) -> None:
    """Restart what stopped at a solution that is there now. A portal that goes on already is left alone."""
    stopped = Portal.objects.filter(
        organization_id=organization_id,
        state=Portal.State.PROVISIONING_FAILED,
        package_install_status=PackageInstallStatus.INSTALL_FAILED,
    )
    waiting = [(portal, solution) for portal in stopped if (solution := stopped_at(portal))]
    if not waiting:
        return
    there = installed_solutions(Organization.objects.get(pk=organization_id))
    for portal, solution in waiting:
        _resume(actor, portal, solution, there, log)


def stopped_at(portal: Portal) -> str:
    """Unique name of the solution at which the portal's last run failed; "" where that was not the reason."""
    run = Operation.objects.of_resource(RESOURCE, portal.pk).first()
    if run is None or run.status != Operation.Status.FAILED or run.step >= len(run.plan):
        return ""
    step = run.plan[run.step]
    return str(step["argument"]) if step["name"] == INSTALL else ""


def _resume(actor: User, portal: Portal, solution: str, there: Installed, log: Log) -> None:
    if solution.casefold() not in there:
        log(messages.STILL_WAITING.format(portal=portal.name))
        return
    try:
        provisioning_restart(actor=actor, portal_id=portal.pk)
    except Conflict:  # somebody was faster
        return
    log(messages.GOES_ON.format(portal=portal.name))
