"""What an organization says about itself right now, asked briefly: neither form nor submit may hang on it.

An organization that does not answer has no problems here; the run's first step looks again and waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import Unavailable
from organizations.models import Organization
from portals.catalog import Option
from provisioning import messages
from solutions.catalog import Requirement, option_prerequisites
from solutions.versions import version_reaches

SECONDS = 3.0


@dataclass(frozen=True)
class Live:
    """An answer, or that there was none. ``installed`` holds versions by unique name (folded: its case is ignored)."""

    is_reachable: bool = False
    installed: Mapping[str, str] = field(default_factory=dict)


def live_look(organization: Organization) -> Live:
    """WhoAmI and the installed solutions, within :data:`SECONDS`."""
    from organizations.client import organization_client

    try:
        with organization_client(organization) as client:
            client.who_am_i()
            return Live(True, {found.unique_name.casefold(): found.version for found in client.solutions()})
    except Unavailable:
        return Live()


def option_problems(organization: Organization, options: tuple[Option, ...]) -> dict[Option, str]:
    """For each of ``options`` that cannot be had there now: the sentence that says what is missing."""
    if not any(option_prerequisites(option) for option in options):
        return {}
    live = live_look(organization)
    problems = {option: option_problem(organization, option, live) for option in options}
    return {option: problem for option, problem in problems.items() if problem}


def option_problem(organization: Organization, option: Option, live: Live) -> str:
    """The sentence that says which solution is missing or too old for ``option``; "" where none is known to be."""
    if not live.is_reachable:
        return ""
    sentences = (_missing(organization, option, need, live) for need in option_prerequisites(option))
    return next(filter(None, sentences), "")


def _missing(organization: Organization, option: Option, need: Requirement, live: Live) -> str:
    version = live.installed.get(need.unique_name.casefold())
    if version and version_reaches(version, need.minimum):
        return ""
    sentence = messages.OPTION_OLD if version else messages.OPTION_MISSING
    return sentence.format(option=option.label, missing=need.title, organization=organization, minimum=need.minimum)
