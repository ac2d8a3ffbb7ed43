"""The language rule: a solution is installed with the organization's default language set to the portal's language.

A default language in which no portal can be installed stops an installation. One that differs from a waiting portal's
own stops nothing (the portal speaks its own language all the same), and is said.
"""

from __future__ import annotations

from organizations.models import Organization
from portals.languages import PORTAL_LANGUAGES
from solutions.errors import LanguageMismatch

_NOT_SPOKEN = {1025: "Arabic", 1037: "Hebrew"}  # activated in organizations, and offered to no portal

RULE = (
    "The installing user must be a system administrator and the default language must be {languages}. "
    "The default language of {organization} is {found}."
)


def language_words(lcid: int) -> str:
    """ "English (1033)"."""
    known = PORTAL_LANGUAGES.get(lcid)
    return f"{known.name if known else _NOT_SPOKEN.get(lcid, 'another language')} ({lcid})"


def language_problem(organization: Organization) -> str:
    """The sentence that says why nothing can be installed in the organization's default language; "" where it can."""
    if organization.base_language in PORTAL_LANGUAGES:
        return ""
    return _rule(organization, "one in which a portal can be installed, such as English (1033)")


def language_require(organization: Organization) -> None:
    """As :func:`language_problem`.

    Raises:
        LanguageMismatch: ``solutions:language-mismatch``.
    """
    if problem := language_problem(organization):
        raise LanguageMismatch(problem, context={"organization": organization.name})


def language_hint(organization: Organization, lcid: int) -> str:
    """The same rule for a portal of that language, where its language is not the default one; "" where it is."""
    return "" if organization.base_language == lcid else _rule(organization, language_words(lcid))


def _rule(organization: Organization, languages: str) -> str:
    found = language_words(organization.base_language)
    return RULE.format(languages=languages, organization=organization.name, found=found)
