"""What stands in the way of an option of the portal form, as the organization's own solutions say."""

from __future__ import annotations

from organizations.models import Organization
from portals.catalog import Option
from provisioning import messages
from solutions.catalog import Requirement, option_prerequisites
from solutions.live import Installed, installed_solutions, live_look
from solutions.versions import version_reaches

__all__ = ["Installed", "installed_solutions", "live_look", "option_problem", "option_problems"]


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
