"""Letting web process and worker serve the metrics; the one that gets the port does."""

from __future__ import annotations

from celery import signals
from django.conf import settings

from core.metrics import metrics_serve


@signals.worker_ready.connect
def _start_in_worker(**_: object) -> None:
    """On a machine of its own nobody else would serve what the worker counts."""
    metrics_start()


def metrics_start() -> None:
    metrics_serve(port=settings.PORTAL_METRICS_PORT)
