"""What beat asks of this room."""

from __future__ import annotations

from celery import shared_task

from analytics.services.recording import interactions_store
from analytics.services.sending import interactions_clear, interactions_send


@shared_task(name="analytics.send", ignore_result=True, soft_time_limit=110, time_limit=120)
def send() -> None:
    """Send what waits; also what a websites process left in its file when it was killed on this machine."""
    interactions_store()
    interactions_send()


@shared_task(name="analytics.clear", ignore_result=True)
def clear() -> None:
    """Forget what nobody needs any more."""
    interactions_clear()
