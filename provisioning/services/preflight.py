"""Everything that a submission needs, looked at beforehand and shown at once: what is so, what is not, who can help."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

from core.checking import Check
from core.errors import InvalidValue, NotAllowed
from core.models import User
from organizations.models import Organization
from organizations.policy import Action, may
from portals.catalog import Option
from portals.languages import PORTAL_LANGUAGES
from portals.models import Portal
from portals.services import name_validate
from provisioning import messages
from provisioning.fields import (
    administrator_of,
    audience_named,
    language_spoken,
    license_of,
    options_for_type,
    organization_to_provision,
    subdomain_free,
    type_for,
)
from provisioning.live import Installed, live_look, option_problem
from provisioning.values import PortalValues
from solutions.content import content_language
from solutions.language import language_problem

HOLDERS_NAMED = 3


def provisioning_preflight(*, actor: User, values: PortalValues, portal: Portal | None = None) -> tuple[Check, ...]:
    """Look at everything, outside with a time limit of three seconds, and refuse nothing.

    Args:
        portal: the portal that is to be provisioned again; its own licence and portal URL are free for it.
    """
    organization, right = _right(actor, values.organization_id)
    live = live_look(organization) if organization else None
    return (
        right,
        *(_organization(organization, live) if organization else ()),
        _field("name", "Name", "can be used", lambda: name_validate(values.name)),
        _field("subdomain", "Portal URL", "is free", lambda: subdomain_free(values.subdomain, portal)),
        _field(
            "license", "Licence", "can be used", lambda: portal.license if portal else license_of(values.license_id)
        ),
        *(_inside(organization, values) if organization else ()),
        *_content(values.language),
        _field("portal_type", "Portal", "is offered to the audience", lambda: _type(values)),
        *(_options(organization, values, live) if organization else ()),
    )


def _right(actor: User, organization_id: uuid.UUID | None) -> tuple[Organization | None, Check]:
    """The right to provision, and the organization as far as the actor may know of it."""
    title = "You are a System Administrator of the Dynamics 365 instance"
    try:
        organization = organization_to_provision(actor, organization_id)
    except InvalidValue as missing:
        return None, Check("right", title, False, missing.message, "you")
    except NotAllowed as denied:
        seen = _seen(actor, organization_id)
        return seen, Check("right", title, False, denied.message, _holders(seen))
    return organization, Check("right", title, True, f"You may provision in {organization}.")


def _seen(actor: User, organization_id: uuid.UUID | None) -> Organization | None:
    if organization_id is None or not may(actor, Action.ORGANIZATION_VIEW, organization_id):
        return None
    return Organization.objects.filter(pk=organization_id).first()


def _holders(organization: Organization | None) -> str:
    """Up to three people who can give the role, or do it themselves."""
    if organization is None:
        return ""
    holders = organization.users.filter(is_system_administrator=True, is_disabled=False)
    return ", ".join(holders.values_list("name", flat=True)[:HOLDERS_NAMED])


def _organization(organization: Organization, live: Installed | None) -> Iterator[Check]:
    title = f"{organization} answers"
    if live is not None:
        yield Check("organization", title, True, f"It answered as {organization.unique_name}.")
        return
    detail = f"{organization} did not answer in three seconds. You can submit: the run waits until it answers."
    yield Check("organization", title, False, detail, _holders(organization), is_warning=True)


def _inside(organization: Organization, values: PortalValues) -> Iterator[Check]:
    yield _field(
        "language",
        "Portal language",
        "is activated in the instance",
        lambda: language_spoken(organization, values.language),
        _holders(organization),
    )
    yield _base_language(organization, values.language)
    yield _field(
        "administrator",
        "Portal administrator",
        "is a System Administrator of the instance",
        lambda: administrator_of(organization, values.administrator_id),
        _holders(organization),
    )


def _base_language(organization: Organization, lcid: int | None) -> Check:
    """Product rule: the organization's default language is the one in which the portal should be installed."""
    base = PORTAL_LANGUAGES.get(organization.base_language)
    name = base.name if base else f"language {organization.base_language}"
    title = "The instance's base language is the portal language"
    if problem := language_problem(organization):
        return Check("base_language", title, False, problem, _holders(organization))
    if lcid == organization.base_language:
        return Check("base_language", title, True, f"Both are {name}.")
    detail = (
        f"The base language of {organization} is {name}: names of solutions, forms and fields are installed in it "
        "first. The website itself speaks the portal language."
    )
    return Check("base_language", title, False, detail, "you", is_warning=True)


def _content(lcid: int | None) -> Iterator[Check]:
    """Whether the pages to start with are written in the language; without one there is nothing to say."""
    if lcid not in PORTAL_LANGUAGES:
        return
    title = "Sample pages are written in the portal language"
    if content_language(lcid) == lcid:
        yield Check("content", title, True)
        return
    detail = messages.CONTENT_ENGLISH.format(language=PORTAL_LANGUAGES[lcid].name)
    yield Check("content", title, False, detail, "you", is_warning=True)


def _license(values: PortalValues, portal: Portal | None) -> object:
    return portal.license if portal else license_of(values.license_id)


def _type(values: PortalValues) -> object:
    portal_type = type_for(audience_named(values.audience), values.portal_type)
    return options_for_type(portal_type, values.options)


def _options(organization: Organization, values: PortalValues, live: Installed | None) -> Iterator[Check]:
    for option in (option for option in Option if option in values.options):
        problem = option_problem(organization, option, live) if live is not None else ""
        detail = problem or ("Its solutions are installed." if live is not None else "The run will look.")
        title = f"What {option.label} requires is installed"
        yield Check(f"option:{option.value}", title, not problem, detail, _holders(organization) if problem else "")


def _field(name: str, what: str, so: str, look: Callable[[], object], who: str = "you") -> Check:
    """A field's own check as a row: the refusal's sentence is the detail."""
    title = f"{what} {so}"
    try:
        look()
    except InvalidValue as refused:
        return Check(name, title, False, refused.message, who)
    return Check(name, title, True)
