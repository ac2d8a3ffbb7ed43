"""The Celery application: an executor of nudges. All state is in PostgreSQL; see docs/explanation/operations.md.

Run as ``celery -A adminsite.celery:app worker --without-gossip --without-mingle --without-heartbeat``, under a
supervisor: a worker may end for good when its broker dies. Beat is an application of its own: ``beat.py``.
"""

from __future__ import annotations

import gc
import os
import threading
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminsite.settings")

from django.db import close_old_connections

from adminsite.agent_in_worker import agent_install
from adminsite.broker import BROKER
from adminsite.heartbeats import heartbeat_install
from operations import stopping
from operations.hearing import Hearing

app = Celery("portal")
app.set_default()  # for every thread, not only the importing one
app.conf.update(
    BROKER,
    task_store_errors_even_if_ignored=False,
    # A message is acknowledged when its run was worked on, and comes back when the child died with it.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # What ran when the broker went away goes on: the row's token decides whether it still counts.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_enable_prefetch_count_reduction=False,
    worker_concurrency=4,  # steps wait for other systems most of the time
    worker_soft_shutdown_timeout=8.0,  # what is left of a step at a stop; children let go between two steps
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    # Celery closes every connection round every task otherwise; Django's own rules (below) look after them.
    CELERY_DB_REUSE_MAX=1_000_000,
)
app.Task.Request = "adminsite.celery_request:Request"
app.autodiscover_tasks()
heartbeat_install(app)
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
