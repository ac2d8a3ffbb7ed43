"""From an organization's row to a client for it."""

from __future__ import annotations

import uuid

from core.sealed import secret_open
from organizations.client.exchange import Exchange
from organizations.client.tokens import Credentials
from organizations.client.webapi import WebApiClient
from organizations.models import Organization


def organization_client(
    organization: Organization, *, within: float | None = None, caller: uuid.UUID | None = None
) -> WebApiClient:
    """A client for the organization: ``with organization_client(organization) as client: client.who_am_i()``.

    Args:
        within: seconds for all its requests together, tokens included, none of them sent twice: where somebody waits.
        caller: the user (systemuserid) in whose name it asks, so that the organization's own rights count for them.
    """
    exchange = Exchange() if within is None else Exchange(patience=0.0, within=within)
    return WebApiClient(credentials_of(organization), exchange=exchange, caller=caller)


def credentials_of(organization: Organization) -> Credentials:
    """Who we are at the organization's authority."""
    return Credentials(
        authority=organization.authority,
        client_id=organization.client_id,
        client_secret=_opened(organization, organization.client_secret),
        certificate=_opened(organization, organization.client_certificate),
        resource=organization.url,
    )


def _opened(organization: Organization, sealed: str) -> str:
    return secret_open(sealed, row=organization.seal_row) if sealed else ""
