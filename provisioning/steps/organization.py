"""The steps inside the organization: checking it, and making there what the portal is made of."""

from __future__ import annotations

from core.errors import InvalidValue
from operations.workflow import Answer, Done, StepContext, StepFailed
from organizations.policy import PROVISION_DENIED, Action, may
from organizations.services import organization_refresh
from portals.catalog import Option
from portals.languages import PORTAL_LANGUAGES
from portals.models import PackageInstallStatus, Portal
from portals.states import package_move
from provisioning import messages
from provisioning.fields import administrator_of, language_spoken
from provisioning.live import installed_solutions, option_problem
from provisioning.steps.portal import portal_of
from solutions.language import language_require
from solutions.services import (
    administrator_ensure_appointed,
    content_ensure_imported,
    solution_ensure_installed,
    website_ensure_created,
)
from solutions.website import Administrator


def check_organization(context: StepContext) -> Answer:
    """Everything that was true when the form was submitted, once more and live: roles, languages, options."""
    portal = portal_of(context)
    organization_refresh(organization_id=portal.organization_id)
    portal.organization.refresh_from_db()
    _require_actor(context, portal)
    language_require(portal.organization)
    try:
        language_spoken(portal.organization, portal.language)
        administrator_of(portal.organization, portal.administrator_id)
    except InvalidValue as refused:
        raise StepFailed(f"{refused.message}.".replace("..", "."), code=refused.code) from refused
    _require_options(portal)
    _say_languages(context, portal)
    return Done(message=f"{portal.organization} is ready for {portal.name}.")


def install_solution(context: StepContext) -> Answer:
    """One package of the plan; the packages' half of provisioning moves with it."""
    portal = portal_of(context)
    retrying = context.attempt > 1
    to = PackageInstallStatus.INSTALL_RETRYING if retrying else PackageInstallStatus.INSTALLING
    package_move(portal_id=portal.pk, to=to)
    return solution_ensure_installed(organization=portal.organization, unique_name=context.argument, log=context.log)


def import_content(context: StepContext) -> Answer:
    """The starter content of the portal's type in its language."""
    portal = portal_of(context)
    return content_ensure_imported(
        organization=portal.organization,
        portal_type=portal.portal_type,
        options=portal.options,
        lcid=portal.language,
        website_id=portal.website_id,
        website_name=portal.name,
        host=portal.host,
        log=context.log,
    )


def create_website(context: StepContext) -> Answer:
    """The website record with its default language."""
    portal = portal_of(context)
    return website_ensure_created(
        organization=portal.organization,
        website_id=portal.website_id,
        website_name=portal.name,
        host=portal.host,
        lcid=portal.language,
        log=context.log,
    )


def appoint_administrator(context: StepContext) -> Answer:
    """The portal administrator's contact, with the web role Administrators."""
    portal = portal_of(context)
    administrator = Administrator(portal.administrator_id, portal.administrator_name, portal.administrator_email)
    return administrator_ensure_appointed(
        organization=portal.organization, website_id=portal.website_id, administrator=administrator, log=context.log
    )


def _require_actor(context: StepContext, portal: Portal) -> None:
    """Whoever asked for the run must hold the role still; it was read from the organization a moment ago."""
    actor = context.operation.actor
    if actor is None or not may(actor, Action.PORTAL_PROVISION, portal.organization_id):
        raise StepFailed(PROVISION_DENIED, code="auth:provision-denied")


def _require_options(portal: Portal) -> None:
    if not portal.options:
        return
    installed = installed_solutions(portal.organization)
    for option in map(Option, portal.options):
        if problem := option_problem(portal.organization, option, installed):
            raise StepFailed(f"{problem}.", code="solutions:prerequisite-missing")


def _say_languages(context: StepContext, portal: Portal) -> None:
    """Not an obstacle, but worth knowing when names of forms and fields come in another language."""
    base = portal.organization.base_language
    if base != portal.language:
        known = PORTAL_LANGUAGES.get(base)
        words = {"organization": portal.organization, "base": known.name if known else base}
        context.log(messages.BASE_LANGUAGE.format(language=PORTAL_LANGUAGES[portal.language].name, **words))
