"""What beat asks of the hub."""

from __future__ import annotations

from celery import shared_task

from analytics.hub.services.partitions import partitions_ensure, retention_apply


@shared_task(name="hub.housekeeping", ignore_result=True, soft_time_limit=540, time_limit=570)
def housekeeping() -> None:
    """Make the partitions of the next months, and let go what is older than each hub keeps."""
    partitions_ensure()
    retention_apply()
