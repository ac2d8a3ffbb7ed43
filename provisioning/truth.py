"""Whether the values of the portal form are true: the licence is free, the language is spoken there, and so on.

Forms and the API check the shape with the same choices; this is what decides, for all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from core.errors import InvalidValue, InvalidValues
from core.models import User
from portals.models import Portal, PortalLicense
from portals.services import PortalDraft, name_validate
from provisioning.fields import (
    administrator_of,
    audience_named,
    language_spoken,
    license_of,
    options_for,
    organization_to_provision,
    subdomain_free,
    type_for,
)
from provisioning.terms import TermsAcceptance, terms_require
from provisioning.values import PortalValues

T = TypeVar("T")


@dataclass
class Collected:
    """Runs checks one after the other and keeps what they refuse, so that a person sees everything at once."""

    errors: list[InvalidValue] = field(default_factory=list)

    def of(self, check: Callable[[], T]) -> T | None:
        try:
            return check()
        except InvalidValue as refused:
            self.errors.append(refused)
            return None

    def raise_all(self) -> None:
        if self.errors:
            raise InvalidValues(self.errors)


@dataclass(frozen=True)
class Accepted:
    """Values that are true."""

    license: PortalLicense
    draft: PortalDraft


def values_accept(
    *, actor: User, values: PortalValues, terms: TermsAcceptance | None = None, portal: Portal | None = None
) -> Accepted:
    """Look at every value and say everything that is wrong, at once.

    Args:
        terms: checked with the values where they are given.
        portal: the portal that has these values already; its own licence and subdomain are free for it.

    Raises:
        NotAllowed: ``auth:provision-denied``: the actor may not provision there.
        InvalidValues: with one error for each wrong field, in the form's order.
    """
    found = Collected()
    organization = found.of(lambda: organization_to_provision(actor, values.organization_id))
    license = found.of(lambda: portal.license if portal else license_of(values.license_id))
    name = found.of(lambda: name_validate(values.name))
    subdomain = found.of(lambda: subdomain_free(values.subdomain, portal))
    language = found.of(lambda: language_spoken(organization, values.language))
    administrator = found.of(lambda: administrator_of(organization, values.administrator_id))
    audience = found.of(lambda: audience_named(values.audience))
    portal_type = found.of(lambda: type_for(audience, values.portal_type))
    options = found.of(lambda: options_for(organization, portal_type, values.options))
    if terms is not None:
        found.of(lambda: terms_require(terms))
    found.raise_all()
    draft = PortalDraft(
        name=known(name),
        subdomain=known(subdomain),
        language=known(language),
        administrator=known(administrator),
        audience=known(audience),
        portal_type=known(portal_type),
        options=known(options),
        organization=known(organization),
    )
    return Accepted(known(license), draft)


def known(answer: T | None) -> T:
    """What a check answered: where none refused, all have answered."""
    if answer is None:
        raise LookupError("A check neither answered nor refused.")
    return answer
