"""Questions about many connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from analytics.models import InsightsConnection  # noqa: F401

CONNECTED = "connected"


class ConnectionQuerySet(models.QuerySet["InsightsConnection"]):
    def connected(self) -> Self:
        """Those whose interactions are captured and sent."""
        return self.filter(state=CONNECTED)

    def sharing(self, hub_uri: str) -> Self:
        """All portals that send to this hub."""
        return self.connected().filter(hub_uri=hub_uri)
