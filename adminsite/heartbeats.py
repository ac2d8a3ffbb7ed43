"""Files that worker and beat touch from their own loops: an old one means a loop that no longer turns.

Both have no port to ask, so health checks look at ``PORTAL_HOME/run/<name>.heartbeat`` (younger than a minute).
"""

from __future__ import annotations

from typing import Any

from celery import Celery, bootsteps
from celery.beat import PersistentScheduler
from django.conf import settings

SECONDS = 15.0


def heartbeat_touch(name: str) -> None:
    path = settings.PORTAL_HOME / "run" / f"{name}.heartbeat"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Touches the worker's file from its event loop."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self._timer: Any = None

    def start(self, parent: Any) -> None:
        heartbeat_touch("worker")
        self._timer = parent.timer.call_repeatedly(SECONDS, heartbeat_touch, ("worker",), priority=10)

    def stop(self, parent: Any) -> None:
        if self._timer:
            self._timer.cancel()


class BeatHeartbeat(PersistentScheduler):
    """Touches beat's file at every turn of its loop (``beat_max_loop_interval``)."""

    def tick(self, *args: Any, **options: Any) -> Any:
        heartbeat_touch("beat")
        return super().tick(*args, **options)


def heartbeat_install(app: Celery) -> None:
    """Let the workers of ``app`` touch theirs; beat's own application names its scheduler."""
    app.steps["worker"].add(WorkerHeartbeat)
