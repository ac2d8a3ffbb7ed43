"""The runs of this room: what their steps do. Each looks, acts, and looks again."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from operations.models import Operation
from operations.workflow import Done, Retry, StepContext, StepFailed, Wait, Workflow, workflow_register
from organizations import runs
from organizations.client import organization_client
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from organizations.services import organization_refresh

# An application that was made a user of a new environment is let in only after some minutes.
FRESH = timedelta(minutes=15)
ASKED_AGAIN = timedelta(seconds=20)
POLLED = timedelta(seconds=3)


def connect(context: StepContext) -> Done | Wait:
    """Be let in; an organization that was registered a moment ago may refuse for a while."""
    organization = _organization(context)
    try:
        with organization_client(organization) as client:
            client.who_am_i()
    except OrganizationRefused as refused:
        is_fresh = timezone.now() - organization.created_at < FRESH
        if not is_fresh or refused.status != 403:
            raise
        return Wait(ASKED_AGAIN, "The instance does not know the application yet. A new one may need some minutes.")
    return Done()


def read(context: StepContext) -> Done:
    """Read users, roles, languages and solutions."""
    found = organization_refresh(organization_id=context.operation.resource_id)
    counted = f"{found.users.count()} users, {found.languages.count()} languages, {found.solutions.count()} solutions"
    return Done(message=counted)


def activate_language(context: StepContext) -> Done:
    """Hand the request in, unless the language is active."""
    lcid = int(context.argument)
    with organization_client(_organization(context)) as client:
        if lcid in client.provisioned_languages():
            return Done(skipped=True, message="The language is active already.")
        job = client.provision_language(lcid)
    context.log(f"The instance works on it as job {job}.")
    return Done(output={"job": str(job)})


def await_language(context: StepContext) -> Done | Wait:
    """Poll the job until the language is active."""
    lcid, job = int(context.argument), context.operation.output.get("job")
    with organization_client(_organization(context)) as client:
        if lcid in client.provisioned_languages():
            return Done()
        if job is None:
            raise StepFailed("The instance did not keep the language.", code="organizations:language-failed")
        state = client.async_operation(uuid.UUID(job))
    if not state.is_complete:
        return Wait(POLLED, "The instance is activating the language. That takes some minutes.")
    if not state.is_success:
        said = " ".join(filter(None, (state.error_code, state.message)))
        raise StepFailed(
            f"The instance could not activate the language: {said}".rstrip(": "), code="organizations:language-failed"
        )
    raise OrganizationUnavailable("The instance's job has ended, but it does not list the language.")


def _organization(context: StepContext) -> Organization:
    return Organization.objects.get(pk=context.operation.resource_id)


def _finished(operation: Operation) -> None:
    """Nothing to move: what was read is written by its own step."""


RETRY = Retry(attempts=6, longest_delay=timedelta(seconds=30))
READ_ORGANIZATION = Workflow(runs.READ_WORKFLOW, 1, {runs.CONNECT: connect, runs.READ: read}, _finished, RETRY)
ACTIVATE_LANGUAGE = Workflow(
    runs.LANGUAGE_WORKFLOW,
    1,
    {
        runs.CONNECT: connect,
        runs.ACTIVATE: activate_language,
        runs.AWAIT: await_language,
        runs.READ: read,
    },
    _finished,
    RETRY,
)

workflow_register(READ_ORGANIZATION)
workflow_register(ACTIVATE_LANGUAGE)
