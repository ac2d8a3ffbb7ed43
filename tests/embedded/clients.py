"""What foreign clients need: an organization served over HTTPS, and a token of its authority."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import client_secret_of
from tests.builders.tls import Served


@dataclass(frozen=True)
class Reached:
    """An embedded organization as the world outside reaches it."""

    base_url: str
    tenant: EmbeddedOrganization
    root_certificate: Path

    def token(self, scope: str = "") -> str:
        """A token by client credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": str(self.tenant.client_id),
            "client_secret": client_secret_of(self.tenant),
            "scope": scope or f"{self.base_url}/.default",
        }
        context = ssl.create_default_context(cafile=str(self.root_certificate))
        answer = httpx.post(f"{self.base_url}/oauth2/v2.0/token", data=form, verify=context)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return str(told["access_token"])


def reached(served: Served, tenant: EmbeddedOrganization) -> Reached:
    return Reached(f"{served.base_url}/org/{tenant.name}", tenant, served.root_certificate)
