"""What an organization says about itself right now, asked briefly: neither form nor submit may hang on it.

An organization that does not answer has no problems here; the run's first step looks again and waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import Unavailable
from organizations.client import organization_client
from organizations.client.exchange import Answer, Exchange, Limits
from organizations.models import Organization
from portals.catalog import Option
from provisioning import messages
from solutions.catalog import Requirement, option_prerequisites
from solutions.versions import version_reaches

SECONDS = 3.0

Installed = Mapping[str, str]  # versions by unique name, folded: an organization ignores its case


@dataclass
class Brief(Exchange):
    """An exchange that ends after :data:`SECONDS` in all, however many requests it takes."""

    patience: float = 0.0
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def fetch(self, method: str, url: str, *, limits: Limits = Limits(), **more: Any) -> Answer:  # noqa: B008 (frozen)
        left = max(0.1, self.until - time.monotonic())
        shorter = replace(limits, connect=min(limits.connect, left), read=min(limits.read, left), overall=left)
        return super().fetch(method, url, limits=shorter, **more)


def live_look(organization: Organization) -> Installed | None:
    """WhoAmI and the installed solutions, within :data:`SECONDS`; None: it did not answer, or refused."""
    try:
        with organization_client(organization) as client:
            client.session.exchange = Brief()
            client.who_am_i()
            return {found.unique_name.casefold(): found.version for found in client.solutions()}
    except Unavailable:
        return None


def installed_solutions(organization: Organization) -> Installed:
    """The installed solutions, with the client's own patience.

    Raises:
        OrganizationUnavailable, OrganizationRefused.
    """
    with organization_client(organization) as client:
        return {found.unique_name.casefold(): found.version for found in client.solutions()}


def option_problems(organization: Organization, options: tuple[Option, ...]) -> dict[Option, str]:
    """For each of ``options`` that cannot be had there now: the sentence that says what is missing."""
    if not any(option_prerequisites(option) for option in options):
        return {}
    installed = live_look(organization)
    if installed is None:
        return {}
    problems = {option: option_problem(organization, option, installed) for option in options}
    return {option: problem for option, problem in problems.items() if problem}


def option_problem(organization: Organization, option: Option, installed: Installed) -> str:
    """The sentence that says which solution is missing or too old for ``option``; "" where none is."""
    sentences = (_missing(organization, option, need, installed) for need in option_prerequisites(option))
    return next(filter(None, sentences), "")


def _missing(organization: Organization, option: Option, need: Requirement, installed: Installed) -> str:
    version = installed.get(need.unique_name.casefold())
    if version and version_reaches(version, need.minimum):
        return ""
    sentence = messages.OPTION_OLD if version else messages.OPTION_MISSING
    return sentence.format(option=option.label, missing=need.title, organization=organization, minimum=need.minimum)
