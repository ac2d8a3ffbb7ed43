"""Updating a portal's metadata translations: may the actor, is it possible, start the run."""

from __future__ import annotations

import uuid

from core.errors import Conflict
from core.models import User
from operations.models import Operation
from operations.services import Resource, operation_start
from organizations.client import organization_client
from organizations.policy import Action
from portals.models import PackageInstallStatus, Portal
from portals.services import portal_for
from solutions.errors import SolutionsBusy, SolutionWrongState
from solutions.live import SECONDS
from solutions.models import SolutionInstall
from solutions.plan import RESOURCE
from solutions.running import running_in
from solutions.translations.plan import WORKFLOW, translations_plan
from solutions.translations.survey import Survey, packages_installed, survey_make

INSTALLING = "The portal solutions are being installed. Try again when the installation has finished."
UPDATING = "The metadata translations are being updated. Try again when the update has finished."
NOT_INSTALLED = "The portal solutions are not installed. Install them first."
COMPLETE = "All active languages already have the latest metadata translation."


def translations_update(*, actor: User, portal_id: uuid.UUID) -> Operation:
    """Import the portal solutions again in the same version, for the languages that are activated now.

    Raises:
        PortalNotFound, NotAllowed.
        SolutionsBusy: ``solutions:installing``: solutions are being installed, or translations updated already.
        SolutionWrongState: none of the portal's solutions is installed.
        OrganizationUnavailable, OrganizationRefused.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.TRANSLATIONS_UPDATE)
    if why_not := translations_blocked(portal):
        raise (SolutionWrongState if why_not == NOT_INSTALLED else SolutionsBusy)(why_not)
    with organization_client(portal.organization) as client:
        installed = packages_installed(client, portal)
    if not installed:
        raise SolutionWrongState(NOT_INSTALLED)
    label = f"Update the translations of {portal.name} in {portal.organization}"
    try:
        return operation_start(
            actor=actor,
            workflow=WORKFLOW,
            # The organization's solutions are what it works on: so no installation can begin beside it.
            resource=Resource(RESOURCE, portal.organization_id, label, portal.organization_id),
            plan=translations_plan(portal, installed),
            input={"portal": str(portal.pk)},
        )
    except Conflict as busy:
        raise SolutionsBusy(translations_blocked(portal) or INSTALLING) from busy


def translations_preview(*, actor: User, portal_id: uuid.UUID) -> Survey:
    """The dry run: what an update would add. It changes nothing, and it does not wait long for the organization.

    Raises:
        PortalNotFound, NotAllowed, OrganizationUnavailable, OrganizationRefused.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.TRANSLATIONS_UPDATE)
    with organization_client(portal.organization, within=SECONDS) as client:
        return survey_make(client, portal)


def translations_blocked(portal: Portal) -> str:
    """Why an update cannot begin now, in words; "" where it can."""
    runs = running_in(portal.organization_id).runs
    if any(run.workflow == WORKFLOW for run in runs):
        return UPDATING
    is_importing = SolutionInstall.objects.of_organization(portal.organization_id).installing().exists()
    if runs or is_importing or portal.state == Portal.State.CONFIGURING:
        return INSTALLING
    return "" if portal.package_install_status == PackageInstallStatus.INSTALLED else NOT_INSTALLED


def translation_runs(portal: Portal) -> list[Operation]:
    """The updates of this portal's translations, newest first."""
    runs = Operation.objects.of_resource(RESOURCE, portal.organization_id)
    return list(runs.filter(workflow=WORKFLOW, input__portal=str(portal.pk))[:10])
