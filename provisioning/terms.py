"""The Terms of Service: the text that counts now, and what somebody accepted.

A new text is a new file in ``provisioning/terms/``; the newest name counts. Old ones stay, so that what was accepted
years ago can still be read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from markdown_it import MarkdownIt

from provisioning import messages
from provisioning.errors import TermsChanged, TermsNotAccepted

FOLDER = Path(__file__).parent / "terms"


@dataclass(frozen=True)
class Terms:
    """A version of the text. ``html`` is clean and may be put on a page as it is."""

    version: str
    sha256: str
    html: str


@dataclass(frozen=True)
class TermsAcceptance:
    """What somebody accepted and from where. Empty ``version`` and ``sha256``: the box was not ticked."""

    version: str
    sha256: str
    ip_address: str | None = None


@cache
def terms_current() -> Terms:
    """The text that counts now."""
    path = max(FOLDER.glob("*.md"))
    text = path.read_text()
    html = nh3.clean(MarkdownIt("commonmark").render(text))
    return Terms(version=path.stem, sha256=hashlib.sha256(text.encode()).hexdigest(), html=html)


def terms_require(accepted: TermsAcceptance) -> None:
    """Go on only if the text that counts now was accepted.

    Raises:
        TermsNotAccepted, TermsChanged.
    """
    if not accepted.version and not accepted.sha256:
        raise TermsNotAccepted(messages.TERMS_MISSING, field="accept_terms")
    current = terms_current()
    if (accepted.version, accepted.sha256) != (current.version, current.sha256):
        raise TermsChanged(messages.TERMS_CHANGED, field="accept_terms", context={"version": current.version})
