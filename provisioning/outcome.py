"""How a run's end moves its portal, in the transaction that writes the run's final status: it must not fail."""

from __future__ import annotations

import uuid

import structlog

from core.errors import PortalAdminError
from operations.models import Operation
from portals.models import PackageInstallStatus, Portal
from portals.states import package_move, portal_move
from provisioning.plan import INSTALL

logger = structlog.get_logger(__name__)


def provisioning_finished(operation: Operation) -> None:
    """Provisioned, or Provisioning Failed; the packages' half with it."""
    portal_id = operation.resource_id
    succeeded = operation.status == Operation.Status.SUCCEEDED
    package_move(portal_id=portal_id, to=_packages(operation))
    _move(portal_id, Portal.State.PROVISIONED if succeeded else Portal.State.PROVISIONING_FAILED, operation)


def _packages(operation: Operation) -> PackageInstallStatus:
    """Install Failed only where installing had begun; a run that stopped before it has installed nothing."""
    if operation.status == Operation.Status.SUCCEEDED:
        return PackageInstallStatus.INSTALLED
    names = [step["name"] for step in operation.plan]
    had_begun = operation.step >= names.index(INSTALL)
    return PackageInstallStatus.INSTALL_FAILED if had_begun else PackageInstallStatus.NONE


def _move(portal_id: uuid.UUID, to: Portal.State, operation: Operation) -> None:
    """A portal that is not Configuring any more stays as it is: somebody moved it by hand, and the run must end."""
    try:
        portal_move(portal_id=portal_id, to=to, actor=operation.actor)
    except PortalAdminError as refused:
        logger.warning("provisioning.not_moved", portal=str(portal_id), to=to.value, code=refused.code)
