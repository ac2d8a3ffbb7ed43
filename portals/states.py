"""What may follow what: the only writer of ``Portal.state`` and ``Portal.package_install_status``.

(form accepted) -> Configuring -> Provisioned
                    ^      \\-> Provisioning Failed --+
                    +------ restart / change values -+
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from core.models import User
from portals import messages
from portals.errors import PortalBusy, PortalWrongState
from portals.models import PackageInstallStatus, Portal, PortalEvent

S, P = Portal.State, PackageInstallStatus

SOURCES: dict[Portal.State, tuple[Portal.State, ...]] = {
    S.CONFIGURING: (S.PROVISIONING_FAILED,),
    S.PROVISIONED: (S.CONFIGURING,),
    S.PROVISIONING_FAILED: (S.CONFIGURING,),
}
PACKAGE_SOURCES: dict[PackageInstallStatus, tuple[PackageInstallStatus, ...]] = {
    P.INSTALL_SCHEDULED: (P.NONE, P.INSTALL_SCHEDULED, P.INSTALL_FAILED, P.INSTALLED),
    P.INSTALLING: (P.INSTALL_SCHEDULED, P.INSTALL_REQUESTED, P.INSTALL_RETRYING),
    P.INSTALL_RETRYING: (P.INSTALL_SCHEDULED, P.INSTALLING),
    P.INSTALLED: (P.INSTALL_SCHEDULED, P.INSTALLING, P.INSTALL_RETRYING),
    P.INSTALL_FAILED: (P.INSTALL_SCHEDULED, P.INSTALLING, P.INSTALL_RETRYING),
    P.NONE: (P.INSTALL_SCHEDULED,),
}


@transaction.atomic
def portal_move(*, portal_id: uuid.UUID, to: Portal.State, actor: User | None = None) -> None:
    """Move the portal's state and write the event, in one transaction.

    Raises:
        PortalBusy: it is being provisioned already.
        PortalWrongState: it cannot become ``to`` from where it is.
    """
    for source in SOURCES[to]:
        if _portal_update(portal_id, {"state": source}, state=to, actor=actor):
            PortalEvent.objects.create(
                portal_id=portal_id, actor=actor, code="portals:moved", from_state=source, to_state=to
            )
            return
    if to == S.CONFIGURING and Portal.objects.filter(pk=portal_id, state=S.CONFIGURING).exists():
        raise PortalBusy(messages.BUSY)
    raise PortalWrongState(f"The portal cannot become {to.label} now.", context={"to": to.value})


@transaction.atomic
def portal_restart(*, portal_id: uuid.UUID, actor: User) -> None:
    """Back to Configuring after a failure; the packages are looked at anew.

    Raises:
        PortalBusy, PortalWrongState.
    """
    portal_move(portal_id=portal_id, to=S.CONFIGURING, actor=actor)
    package_move(portal_id=portal_id, to=P.INSTALL_SCHEDULED)


def package_move(*, portal_id: uuid.UUID, to: PackageInstallStatus) -> bool:
    """Move the packages' half; False where it is there already or does not come from there (a step may run twice)."""
    sources = [source for source in PACKAGE_SOURCES[to] if source != to]
    return _portal_update(portal_id, {"package_install_status__in": sources}, package_install_status=to)


def address_ready(*, portal_id: uuid.UUID) -> bool:
    """Note that the address answers, once; the other half of provisioning. False where it was noted before."""
    return _portal_update(portal_id, {"address_ready_at": None}, address_ready_at=timezone.now())


def _portal_update(
    portal_id: uuid.UUID, guard: dict[str, object], *, actor: User | None = None, **changes: object
) -> bool:
    """The one guarded UPDATE by which states move."""
    who = {"updated_by": actor} if actor else {}
    found = Portal.objects.filter(pk=portal_id, **guard)
    return found.update(**changes, **who, updated_at=timezone.now()) == 1
