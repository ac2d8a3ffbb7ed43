"""Housekeeping that beat asks for."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from core.api.idempotency import idempotent_answers_purge


@shared_task(name="adminsite.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")


@shared_task(name="adminsite.clear_idempotent_answers", ignore_result=True)
def clear_idempotent_answers() -> None:
    """Delete the answers of repeated POSTs that are older than they are kept."""
    idempotent_answers_purge()
