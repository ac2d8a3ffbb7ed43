"""The Celery application: an executor of nudges. All state is in PostgreSQL; see docs/explanation/operations.md.

Run as ``celery -A adminsite.celery:app worker --without-gossip --without-mingle --without-heartbeat`` and
``celery -A adminsite.celery:app beat``, under a supervisor: a worker may end for good when its broker dies.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")

from django.conf import settings
from django.db import close_old_connections

from adminsite.agent_in_worker import agent_install
from adminsite.heartbeats import heartbeats_install
from operations import queue, stopping
from operations.hearing import Hearing

# Beat needs the schedule and the broker, no model and no task: without Django's rooms it takes half the memory.
IS_BEAT = "beat" in sys.argv[1:]
app = Celery("portal", fixups=[] if IS_BEAT else None)
app.set_default()  # for every thread, not only the importing one
app.conf.update(
    broker_url=settings.BROKER_URL,
    task_default_queue=queue.NAME,
    task_ignore_result=True,  # results are rows; there is no result backend
    task_store_errors_even_if_ignored=False,
    # A message is acknowledged when its run was worked on, and comes back when the child died with it.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": 3600,  # far beyond any step: an earlier one would deliver running work again
        "unacked_restore_interval": 5,  # kombu looks every 10 x 10 s otherwise, whatever the timeout says
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "max_connections": 50,
    },
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_pool_limit=4,
    # What ran when the broker went away goes on: the row's token decides whether it still counts.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_enable_prefetch_count_reduction=False,
    worker_concurrency=4,  # steps wait for other systems most of the time
    worker_soft_shutdown_timeout=8.0,  # what is left of a step at a stop; children let go between two steps
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    beat_schedule_filename=str(settings.PORTAL_HOME / "run" / "beat-schedule"),
    beat_schedule={
        "organizations-refresh": {"task": "organizations.refresh", "schedule": 300.0, "options": {"expires": 240}},
        "domains-recheck": {"task": "domains.recheck", "schedule": 60.0, "options": {"expires": 50}},
        "certificates-watch": {"task": "domains.certificates_watch", "schedule": 1800.0, "options": {"expires": 1700}},
        "hub-housekeeping": {"task": "hub.housekeeping", "schedule": 3600.0, "options": {"expires": 3000}},
        "portal-mails": {"task": "websites.mails", "schedule": 20.0, "options": {"expires": 18}},
        "portal-follow": {"task": "websites.follow", "schedule": 30.0, "options": {"expires": 28}},
        "portal-views": {"task": "websites.views", "schedule": 300.0, "options": {"expires": 280}},
        "portal-clear": {"task": "websites.clear", "schedule": 3600.0},
        "analytics-send": {"task": "analytics.send", "schedule": 5.0, "options": {"expires": 4}},
        "analytics-clear": {"task": "analytics.clear", "schedule": 3600.0, "options": {"expires": 3000}},
        "clear-sessions": {"task": "adminsite.clear_sessions", "schedule": crontab(hour="3", minute="17")},
        "clear-answers": {"task": "adminsite.clear_idempotent_answers", "schedule": 3600.0},
    },
    timezone="UTC",
    # Celery closes every connection round every task otherwise; Django's own rules (below) look after them.
    CELERY_DB_REUSE_MAX=1_000_000,
)
app.Task.Request = "adminsite.celery_request:Request"
app.autodiscover_tasks()
heartbeats_install(app)
agent_install(app)

_stopped = threading.Event()


def _is_idle() -> bool:
    from celery.worker import state  # a worker's alone: the web process sends, and needs none of it

    return not state.active_requests


_hearing = Hearing(is_idle=_is_idle)


@signals.task_prerun.connect
@signals.task_postrun.connect
def _refresh_connections(**_: Any) -> None:
    """Drop a connection that broke or is too old, or a restarted database breaks the worker for good."""
    close_old_connections()


@signals.worker_before_create_process.connect
def _share_memory(**_: Any) -> None:
    """What is loaded before the fork stays shared: a collection in a child would write into every page of it."""
    gc.collect()
    gc.freeze()


@signals.worker_ready.connect
def _start_reconciler(**_: Any) -> None:
    """In the parent: it outlives its children, and needs neither beat nor a message."""
    from operations.reconciler import run_forever

    stopping.forget()
    _stopped.clear()
    _hearing.heard()
    arguments = (_stopped, _hearing.check)
    threading.Thread(target=run_forever, args=arguments, name="operations-reconciler", daemon=True).start()


@signals.task_received.connect
def _hear(**_: Any) -> None:
    _hearing.heard()


@signals.worker_shutting_down.connect
def _stop(**_: Any) -> None:
    stopping.ask()
    _stopped.set()
