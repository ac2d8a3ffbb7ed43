"""Housekeeping that beat asks for."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task(name="adminsite.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")
