"""What Prometheus is told about interactions on their way: read from the rows at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from analytics.models import InsightsConnection, Interaction, RefusedInteraction

logger = structlog.get_logger(__name__)


class InteractionsCollector(Collector):
    """How many wait and were refused, and when a hub last took something, for each portal."""

    def describe(self) -> list[Metric]:
        return []  # asking the database while registering would be too early

    def collect(self) -> Iterator[Metric]:
        """Without the database nothing is said."""
        close_old_connections()
        try:
            yield from _families()
        except DatabaseError:
            logger.warning("metrics.database_away", exc_info=True)
        finally:
            connection.close()


def _families() -> Iterator[Metric]:
    backlog = GaugeMetricFamily("portal_interactions_waiting", "Interactions that wait to be sent.", labels=["portal"])
    refused = GaugeMetricFamily("portal_interactions_refused", "Interactions that a hub refused.", labels=["portal"])
    told = "When the portal's hub last took interactions."
    success = GaugeMetricFamily("portal_interactions_last_success_timestamp_seconds", told, labels=["portal"])
    waiting, aside = _counted(Interaction), _counted(RefusedInteraction)
    for portal_id, at in InsightsConnection.objects.connected().values_list("portal_id", "last_success_at"):
        backlog.add_metric([str(portal_id)], waiting.get(portal_id, 0))
        refused.add_metric([str(portal_id)], aside.get(portal_id, 0))
        if at is not None:
            success.add_metric([str(portal_id)], at.timestamp())
    return iter((backlog, refused, success))


def _counted(model: type[Interaction] | type[RefusedInteraction]) -> dict[object, int]:
    return dict(model.objects.order_by().values_list("portal_id").annotate(Count("pk")))
