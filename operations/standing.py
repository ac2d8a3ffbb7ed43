"""What Prometheus is told about operations: read from their rows at each scrape, so that it is true after any crash."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from operations.models import Operation

logger = structlog.get_logger(__name__)


class OperationsCollector(Collector):
    """How many operations stand where, and how long the oldest due one has been waiting for a worker."""

    def describe(self) -> list[Metric]:
        return []  # asking the database while registering would be too early

    def collect(self) -> Iterator[Metric]:
        """Without the database nothing is said about operations; what the processes counted is told all the same."""
        close_old_connections()
        try:
            yield _by_status()
            yield from _queue()
        except DatabaseError:
            logger.warning("metrics.database_away", exc_info=True)
        finally:
            connection.close()


def _by_status() -> Metric:
    family = GaugeMetricFamily("portal_operations", "Operations by where they stand.", labels=["workflow", "status"])
    for workflow, status, count in Operation.objects.values_list("workflow", "status").annotate(Count("pk")):
        family.add_metric([workflow, status], count)
    return family


def _queue() -> Iterator[Metric]:
    now = timezone.now()
    due = Operation.objects.due(now).aggregate(count=Count("pk"), oldest=Min("wake_at"))
    waited = (now - due["oldest"]).total_seconds() if due["oldest"] else 0.0
    yield GaugeMetricFamily("portal_operations_due", "Operations that a worker should take now.", due["count"])
    yield GaugeMetricFamily("portal_operations_oldest_due_seconds", "For how long the oldest has been due.", waited)
