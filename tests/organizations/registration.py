"""What somebody types to register an instance."""

from __future__ import annotations

from typing import Any

from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import client_secret_of

BASE = "https://localhost:8443/org/northwind"


def typed(tenant: EmbeddedOrganization, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Northwind",
        "url": BASE,
        "tenant": BASE,
        "client_id": str(tenant.client_id),
        "client_secret": client_secret_of(tenant),
        **changes,
    }
