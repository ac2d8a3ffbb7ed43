"""The run behind Get latest metadata translations."""

from __future__ import annotations

import uuid
from datetime import timedelta

from operations.models import Operation
from operations.workflow import Answer, Done, Retry, StepContext, StepFailed, Workflow, workflow_register
from organizations.client import organization_client
from organizations.policy import MANAGE_DENIED, Action, may
from organizations.services import organization_refresh
from portals.models import Portal
from portals.services import event_write
from solutions.translations import plan
from solutions.translations.importing import TextImport
from solutions.translations.survey import Survey, survey_make

CODE = "portals:translations-updated"


def check_translations(context: StepContext) -> Answer:
    """The right of whoever asked, the languages of today, and what is missing before anything is done."""
    actor, organization_id = context.operation.actor, context.operation.resource_id
    if actor is None or not may(actor, Action.TRANSLATIONS_UPDATE, organization_id):
        raise StepFailed(MANAGE_DENIED, code="auth:manage-denied")
    organization_refresh(organization_id=organization_id)
    survey = _survey(_portal(context))
    context.log(f"{_missing(survey)} texts are missing or out of date.")
    return Done(output={"before": _counts(survey)}, message=f"{len(survey.languages)} languages are active.")


def import_translations(context: StepContext) -> Answer:
    """One solution in its installed version; the id of its import follows from the run's."""
    portal, job = _portal(context), uuid.uuid5(context.operation.pk, context.argument)
    with organization_client(portal.organization) as client:
        return TextImport(client, context.argument, job, context.log).ensure()


def compare_translations(context: StepContext) -> Answer:
    """What has come in each language. A text that was missing before and is there now is new."""
    survey = _survey(_portal(context))
    before, after = context.operation.output.get("before", {}), _counts(survey)
    added = {lcid: max(0, count - after.get(lcid, 0)) for lcid, count in before.items()}
    kept = {str(language.lcid): language.kept for language in survey.languages}
    return Done(output={"added": added, "kept": kept}, message=f"{sum(added.values())} texts are new.")


def translations_finished(operation: Operation) -> None:
    """One line in the portal's history."""
    if operation.status != Operation.Status.SUCCEEDED:
        return
    portal = Portal.objects.filter(pk=operation.input["portal"]).first()
    if portal is not None:
        added = {lcid: [0, count] for lcid, count in operation.output.get("added", {}).items() if count}
        event_write(portal, operation.actor, CODE, changes=added)


UPDATE_TRANSLATIONS = Workflow(
    name=plan.WORKFLOW,
    version=1,
    handlers={
        plan.CHECK: check_translations,
        plan.IMPORT: import_translations,
        plan.COMPARE: compare_translations,
    },
    finished=translations_finished,
    retry=Retry(attempts=9, longest_delay=timedelta(minutes=1)),
)

workflow_register(UPDATE_TRANSLATIONS)


def _portal(context: StepContext) -> Portal:
    return Portal.objects.select_related("organization").get(pk=context.operation.input["portal"])


def _survey(portal: Portal) -> Survey:
    with organization_client(portal.organization) as client:
        return survey_make(client, portal)


def _counts(survey: Survey) -> dict[str, int]:
    return {str(language.lcid): language.missing + language.outdated for language in survey.languages}


def _missing(survey: Survey) -> int:
    return sum(_counts(survey).values())
