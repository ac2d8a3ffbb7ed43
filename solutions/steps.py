"""What the steps of a run over an organization's solutions do: each makes something so, and may run twice."""

from __future__ import annotations

import uuid

from core.models import User
from operations.workflow import Answer, Done, StepContext, StepFailed
from organizations.client import organization_client
from organizations.models import Organization
from organizations.policy import INSTALL_DENIED, Action, may
from organizations.services import organization_refresh
from solutions.catalog import package_named
from solutions.errors import PrerequisiteMissing
from solutions.language import language_require
from solutions.live import installed_solutions
from solutions.plan import Kind, plan_make
from solutions.removal import solution_remove
from solutions.services import solution_ensure_installed
from solutions.waiting import installed_told


def check_solutions(context: StepContext) -> Answer:
    """Everything that must be so, live: the right of whoever asked, the default language, what only others bring."""
    organization = organization_refresh(organization_id=context.operation.resource_id)
    actor_of(context)
    kind = Kind(context.operation.input["kind"])
    if kind is Kind.UNINSTALL:
        return Done(message=f"{organization} answers, and you are a System Administrator there.")
    language_require(organization)
    plan = plan_make(kind, context.argument, installed_solutions(organization))
    if plan.needs:
        raise PrerequisiteMissing(plan.package.title, plan.needs)
    return Done(message=f"{organization} is ready for {plan.package.title}.")


def install_solution(context: StepContext) -> Answer:
    """One package, if it is not there."""
    return solution_ensure_installed(organization=_organization(context), unique_name=context.argument, log=context.log)


def upgrade_solution(context: StepContext) -> Answer:
    """One package over its older version."""
    return solution_ensure_installed(
        organization=_organization(context), unique_name=context.argument, log=context.log, is_upgrade=True
    )


def reimport_solution(context: StepContext) -> Answer:
    """One package once more; the id of the import follows from the run's, so that a second try finds the first."""
    again = uuid.uuid5(context.operation.pk, context.argument)
    return solution_ensure_installed(
        organization=_organization(context), unique_name=context.argument, log=context.log, again=again
    )


def uninstall_solution(context: StepContext) -> Answer:
    """One package less."""
    organization = _organization(context)
    with organization_client(organization) as client:
        return solution_remove(organization, package_named(context.argument), client, context.log)


def resume_portals(context: StepContext) -> Answer:
    """The rooms above bring up what was waiting for these solutions."""
    installed_told(actor_of(context), context.operation.resource_id, context.log)
    return Done()


def actor_of(context: StepContext) -> User:
    """Whoever asked for the run.

    Raises:
        StepFailed: ``auth:denied``: that account has gone, or does not hold the role any more.
    """
    actor = context.operation.actor
    if actor is None or not may(actor, Action.SOLUTION_INSTALL, context.operation.resource_id):
        raise StepFailed(INSTALL_DENIED, code="auth:denied")
    return actor


def _organization(context: StepContext) -> Organization:
    return Organization.objects.get(pk=context.operation.resource_id)
