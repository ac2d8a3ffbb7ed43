"""The subdomain of a portal: which texts can be one, which are free, and what to offer instead.

Source: 3-50 characters, alphanumerics and hyphens (product.md 1.1 row 6); RFC 5891 4.2.3.1 for the hyphens in third and
fourth place; the reserved words are ours: names with a meaning in DNS, mail or this
product. They stand in reserved-words.txt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from portals import messages
from portals.errors import SubdomainInvalid, SubdomainTaken
from portals.models import Portal

SHORTEST, LONGEST = 3, 50
ALLOWED = re.compile(r"[a-z0-9-]+")
RESERVED = frozenset((Path(__file__).parent / "reserved-words.txt").read_text().split())


@dataclass(frozen=True)
class Availability:
    """Whether a subdomain can be had now. ``reason`` is a sentence, ``suggestion`` a subdomain that is free, or ""."""

    available: bool
    reason: str = ""
    suggestion: str = ""


def subdomain_validate(text: str) -> str:
    """The subdomain that ``text`` means: without blanks around it, in lower case.

    Raises:
        SubdomainInvalid: with one sentence for each thing that can be wrong.
    """
    typed = text.strip()
    if not typed:
        raise _invalid(messages.SUBDOMAIN_MISSING)
    # Looked at before folding: lower() turns the Kelvin sign and its like into ASCII letters.
    if not typed.isascii() or not ALLOWED.fullmatch(typed.lower()):
        raise _invalid(messages.SUBDOMAIN_CHARACTERS)
    subdomain = typed.lower()
    _validate_label(subdomain)
    return subdomain


def _validate_label(subdomain: str) -> None:
    if not SHORTEST <= len(subdomain) <= LONGEST:
        raise _invalid(messages.SUBDOMAIN_LENGTH)
    if subdomain[0] == "-" or subdomain[-1] == "-":
        raise _invalid(messages.SUBDOMAIN_HYPHEN_ENDS)
    if subdomain[2:4] == "--":
        raise _invalid(messages.SUBDOMAIN_PUNYCODE)
    if subdomain in RESERVED:
        raise _invalid(messages.SUBDOMAIN_RESERVED.format(subdomain=subdomain))


def subdomain_availability(text: str) -> Availability:
    """Whether ``text`` could be taken now. Advisory: the unique constraint at submit decides."""
    try:
        subdomain = subdomain_validate(text)
    except SubdomainInvalid as invalid:
        return Availability(False, invalid.message, _repaired(text))
    if not Portal.objects.filter(subdomain=subdomain).exists():
        return Availability(True)
    taken = subdomain_taken(subdomain)
    return Availability(False, taken.message, taken.context["suggestion"])


def subdomain_taken(subdomain: str) -> SubdomainTaken:
    """The error that says so and carries a free suggestion."""
    context = {"subdomain": subdomain, "suggestion": subdomain_suggest(subdomain)}
    return SubdomainTaken(messages.SUBDOMAIN_TAKEN.format(**context), field="subdomain", context=context)


def subdomain_suggest(subdomain: str) -> str:
    """``contoso-support-2``, or the next number that no portal has; never longer than a subdomain may be."""
    stem = subdomain[: LONGEST - 7].rstrip("-")
    taken = set(Portal.objects.filter(subdomain__startswith=f"{stem}-").values_list("subdomain", flat=True))
    number = 2
    while f"{stem}-{number}" in taken | RESERVED:
        number += 1
    return f"{stem}-{number}"


def _repaired(text: str) -> str:
    """What the person may have meant, if that can be had: "Contoso Süd" becomes contoso-sud."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    candidate = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")
    try:
        subdomain = subdomain_validate(candidate)
    except SubdomainInvalid:
        return ""
    taken = Portal.objects.filter(subdomain=subdomain).exists()
    return subdomain_suggest(subdomain) if taken else subdomain


def _invalid(sentence: str) -> SubdomainInvalid:
    return SubdomainInvalid(sentence, field="subdomain")
