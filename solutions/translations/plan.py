"""The planned steps of an update, with the titles people read."""

from __future__ import annotations

from operations.workflow import StepPlan
from portals.models import Portal
from solutions.translations.survey import InstalledPackage

WORKFLOW = "update-translations"

CHECK = "check-translations"
IMPORT = "import-translations"
COMPARE = "compare-translations"


def translations_plan(portal: Portal, installed: tuple[InstalledPackage, ...]) -> tuple[StepPlan, ...]:
    """One step for each solution; what is complete already is passed over by its step."""
    return (
        StepPlan(CHECK, f"Check {portal.organization.name}: languages and texts"),
        *(
            StepPlan(IMPORT, f"Update the texts of {one.package.title} {one.version}", one.package.unique_name)
            for one in installed
        ),
        StepPlan(COMPARE, "Count what is new in each language"),
    )
