"""From an organization's row to a client for it."""

from __future__ import annotations

from core.sealed import secret_open
from organizations.client.tokens import Credentials
from organizations.client.webapi import WebApiClient
from organizations.models import Organization


def organization_client(organization: Organization) -> WebApiClient:
    """A client for the organization: ``with organization_client(organization) as client: client.who_am_i()``."""
    return WebApiClient(
        Credentials(
            authority=organization.authority,
            client_id=organization.client_id,
            client_secret=secret_open(organization.client_secret, row=organization.seal_row),
            resource=organization.url,
        )
    )
