"""What the portal form offers, one choice after the other: the instance decides about languages, administrators and
options, the audience about portal types. Only what the actor may choose is ever offered.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from core.models import User
from organizations.models import Organization, OrganizationUser
from organizations.policy import Action, organizations_for
from portals.catalog import OPTIONS_FOR_TYPE, TYPES_FOR_AUDIENCE, Audience, Option
from portals.languages import PORTAL_LANGUAGES, PortalLanguage
from provisioning.live import Installed, live_look, option_problem
from provisioning.values import PortalValues
from solutions.catalog import option_prerequisites

T = TypeVar("T")


@dataclass(frozen=True)
class OptionChoice:
    """An option of a portal type.

    Args:
        needs: what must be installed.
        problem: why it cannot be had now; "" where nothing is known against it.
        is_met: everything it needs was seen in the instance just now.
    """

    value: str
    label: str
    needs: tuple[str, ...]
    problem: str = ""
    is_met: bool = False


@dataclass(frozen=True)
class TypeChoice:
    """A portal type that the audience is offered, with its options."""

    value: str
    label: str
    options: tuple[OptionChoice, ...]


@dataclass(frozen=True)
class Choices:
    """Everything the form offers for the values it holds now."""

    organizations: tuple[Organization, ...]
    organization: Organization | None
    languages: tuple[PortalLanguage, ...]
    administrators: tuple[OrganizationUser, ...]
    audiences: tuple[tuple[str, str], ...]
    types: tuple[TypeChoice, ...]

    @property
    def summary(self) -> str:
        """What changed, for somebody who cannot see the form change: "3 languages, 4 administrators available"."""
        if self.organization is None:
            return "Select a Dynamics 365 instance to see its languages and administrators."
        languages, administrators = len(self.languages), len(self.administrators)
        return (
            f"{languages} language{'' if languages == 1 else 's'}, "
            f"{administrators} administrator{'' if administrators == 1 else 's'} available"
        )


def choices_for(*, actor: User, values: PortalValues) -> Choices:
    """What ``actor`` is offered while the form holds ``values``."""
    organizations = tuple(organizations_for(actor, Action.ORGANIZATION_CHOOSE))
    organization = next((one for one in organizations if one.pk == values.organization_id), None)
    return Choices(
        organizations=organizations,
        organization=organization,
        languages=_languages(organization),
        administrators=_administrators(organization),
        audiences=tuple(Audience.choices),
        types=_types(organization, values.audience),
    )


def values_still_offered(values: PortalValues, choices: Choices) -> PortalValues:
    """``values`` without those that the choices before them no longer offer; what is still valid is kept."""
    organization_id = choices.organization.pk if choices.organization else None
    offered = {kind.value: {option.value for option in kind.options} for kind in choices.types}
    portal_type = values.portal_type if values.portal_type in offered else _only([kind.value for kind in choices.types])
    return PortalValues(
        license_id=values.license_id,
        name=values.name,
        subdomain=values.subdomain,
        organization_id=organization_id,
        language=_language_kept(values.language, choices),
        administrator_id=_kept(values.administrator_id, [user.pk for user in choices.administrators]),
        audience=values.audience,
        portal_type=portal_type or "",
        options=tuple(option for option in values.options if option in offered.get(portal_type or "", set())),
    )


def _languages(organization: Organization | None) -> tuple[PortalLanguage, ...]:
    if organization is None:
        return ()
    activated = organization.languages.values_list("lcid", flat=True)
    return tuple(
        sorted((PORTAL_LANGUAGES[lcid] for lcid in activated if lcid in PORTAL_LANGUAGES), key=attrgetter("name"))
    )


def _administrators(organization: Organization | None) -> tuple[OrganizationUser, ...]:
    if organization is None:
        return ()
    return tuple(organization.users.filter(is_system_administrator=True, is_disabled=False))


def _types(organization: Organization | None, audience: str) -> tuple[TypeChoice, ...]:
    if audience not in Audience.values:
        return ()
    types = TYPES_FOR_AUDIENCE[Audience(audience)]
    has_options = any(OPTIONS_FOR_TYPE.get(kind) for kind in types)
    installed = live_look(organization) if organization and has_options else None
    return tuple(
        TypeChoice(
            kind.value,
            kind.label,
            tuple(_option(organization, option, installed) for option in OPTIONS_FOR_TYPE.get(kind, ())),
        )
        for kind in types
    )


def _option(organization: Organization | None, option: Option, installed: Installed | None) -> OptionChoice:
    needs = tuple(need.title for need in option_prerequisites(option))
    if organization is None or installed is None:  # not chosen yet, or it does not answer: nothing is known
        return OptionChoice(option.value, option.label, needs)
    problem = option_problem(organization, option, installed)
    return OptionChoice(option.value, option.label, needs, problem, is_met=not problem)


def _language_kept(lcid: int | None, choices: Choices) -> int | None:
    offered = [language.lcid for language in choices.languages]
    base = choices.organization.base_language if choices.organization else None
    if lcid not in offered and base in offered:
        return base  # the language that the instance itself was installed in is the likeliest one
    return lcid if lcid in offered else _only(offered)


def _kept(value: uuid.UUID | None, offered: list[uuid.UUID]) -> uuid.UUID | None:
    return value if value in offered else _only(offered)


def _only(offered: Sequence[T]) -> T | None:
    return offered[0] if len(offered) == 1 else None
