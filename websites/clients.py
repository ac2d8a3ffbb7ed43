"""One open Web API client per organization: many portals, one connection pool, one token."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from uuid import UUID

from organizations.client import organization_client
from organizations.models import Organization
from websites.ports import OrganizationRows


@dataclass(frozen=True)
class _Held:
    credentials: tuple[str, str, str, str]
    client: OrganizationRows


class ClientPool:
    """Clients by organization; a new one where the organization's address or credentials have changed."""

    def __init__(self) -> None:
        self._held: dict[UUID, _Held] = {}
        self._lock = threading.Lock()

    def client_for(self, organization_id: UUID) -> OrganizationRows:
        """The organization's client. Reads the organization's own row, one query."""
        organization = Organization.objects.get(pk=organization_id)
        credentials = (organization.url, organization.authority, organization.client_id, organization.client_secret)
        with self._lock:
            held = self._held.get(organization_id)
            if held is None or held.credentials != credentials:
                held = _Held(credentials, organization_client(organization).__enter__())
                self._held[organization_id] = held
            return held.client
