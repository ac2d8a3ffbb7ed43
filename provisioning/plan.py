"""The planned steps of a run, in their order and with the titles people read. workflow.py holds what each one does."""

from __future__ import annotations

from operations.workflow import StepPlan
from portals.languages import PORTAL_LANGUAGES
from portals.models import Portal
from solutions.catalog import packages_for
from solutions.plan import INSTALL as INSTALL

WORKFLOW = "provision-portal"
RESOURCE = "portal"

CHECK = "check-organization"
RESERVE = "reserve-address"
PUBLISH = "publish-address"
CONTENT = "import-content"
WEBSITE = "create-website"
ADMINISTRATOR = "appoint-administrator"
SWITCH_ON = "switch-on"
OPEN = "open-portal"

WRITES_TO_ORGANIZATION = (INSTALL, CONTENT, WEBSITE, ADMINISTRATOR)


def provisioning_plan(portal: Portal) -> tuple[StepPlan, ...]:
    """One step for each thing that is made so; each solution is a step of its own."""
    language = PORTAL_LANGUAGES[portal.language].name
    return (
        StepPlan(CHECK, f"Check {portal.organization.name}: rights and languages"),
        StepPlan(RESERVE, f"Reserve {portal.host}"),
        StepPlan(PUBLISH, "Publish the address at the edge"),
        *(
            StepPlan(INSTALL, f"Install {package.title} {package.version}", package.unique_name)
            for package in packages_for(portal.portal_type, portal.options)
        ),
        StepPlan(CONTENT, f"Import the starter content in {language}"),
        StepPlan(WEBSITE, f"Create the website record and its default language {language}"),
        StepPlan(ADMINISTRATOR, f"Appoint {portal.administrator_name} as portal administrator"),
        StepPlan(SWITCH_ON, "Switch the portal on"),
        StepPlan(OPEN, f"Open {portal.url} and see that it is this portal"),
    )
