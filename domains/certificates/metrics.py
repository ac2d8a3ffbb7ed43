"""What Prometheus is told about certificates: read from their rows at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from domains.models import SslBinding

logger = structlog.get_logger(__name__)


class CertificatesCollector(Collector):
    """How long the certificate of each bound host is still valid."""

    def describe(self) -> list[Metric]:
        return []  # asking the database while registering would be too early

    def collect(self) -> Iterator[Metric]:
        """Without the database nothing is said."""
        close_old_connections()
        try:
            yield _expiry()
        except DatabaseError:
            logger.warning("metrics.database_away", exc_info=True)
        finally:
            connection.close()


def _expiry() -> Metric:
    told = "Seconds until the certificate of a bound host expires; negative when it has."
    family = GaugeMetricFamily("certificate_expiry_seconds", told, labels=["host"])
    now = timezone.now()
    rows = SslBinding.objects.filter(certificate__isnull=False).order_by("host")
    for host, not_after in rows.values_list("host", "certificate__not_after"):
        family.add_metric([host], (not_after - now).total_seconds())
    return family
