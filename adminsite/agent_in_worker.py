"""``celery worker --edge-agent``: the worker's parent keeps the edge's folder too, where both are on one machine.

The agent waits for messages nearly all its life; a process of its own would hold 80 MiB for that.
"""

from __future__ import annotations

import threading
from typing import Any

from celery import Celery, bootsteps
from celery.bin.base import CeleryOption
from django.conf import settings


class EdgeAgentStep(bootsteps.StartStopStep):
    """Starts and stops the agent's thread."""

    requires = ("celery.worker.components:Pool",)  # its children are forked before there is a session to inherit

    def __init__(self, parent: Any, edge_agent: bool = False, **options: Any) -> None:
        super().__init__(parent, **options)
        self.enabled = edge_agent
        self._stopped = threading.Event()

    def start(self, parent: Any) -> None:
        from domains.edge.agent import edge_agent  # the apps are not ready when this module is imported

        agent = edge_agent(settings.EDGE_STORE)
        threading.Thread(target=agent.run_forever, args=(self._stopped,), name="edge-agent", daemon=True).start()

    def stop(self, parent: Any) -> None:
        self._stopped.set()

    terminate = stop


def agent_install(app: Celery) -> None:
    """Teach the worker its option."""
    told = "also keep the certificates that the edge on this machine reads"
    option = CeleryOption(("--edge-agent",), is_flag=True, help=told, help_group="Portal")
    app.user_options["worker"].add(option)
    app.steps["worker"].add(EdgeAgentStep)
