"""A task's message, as the worker's event loop holds it."""

from __future__ import annotations

from celery.utils.log import get_logger
from celery.worker import request

logger = get_logger(__name__)


class Request(request.Request):
    """Lets a failed acknowledgement reach the event loop, which then connects again.

    Celery 5.7 logs it and goes on. When every message in hand is finished while the broker is away, none of them is
    taken off the prefetch window, so the worker asks for no more, has nothing outstanding that could fail, and is deaf
    until it is restarted. With no error listed as one to swallow, the first failed acknowledgement is raised instead.
    """

    def acknowledge(self) -> None:
        if not self.acknowledged:
            self._on_ack(logger, ())  # type: ignore[attr-defined]
            self.acknowledged = True

    def reject(self, requeue: bool = False) -> None:
        if not self.acknowledged:
            self._on_reject(logger, (), requeue)  # type: ignore[attr-defined]
            self.acknowledged = True
            self.send_event("task-rejected", requeue=requeue)
