"""What an organization says about its solutions right now; :func:`live_look` asks briefly: no page may hang on it.

An organization that does not answer has no problems here; a run looks again and waits for it.
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
