"""`manage.py edgeagent`: keeps the folder of an edge on a machine (or in a container) of its own up to date."""

from __future__ import annotations

import signal
import threading
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from adminsite.heartbeats import heartbeat_touch
from domains.edge.agent import edge_agent


class Command(BaseCommand):
    help = "Writes the certificates of custom domain names to where the edge reads them, until it is stopped."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        edge_agent(settings.EDGE_STORE, partial(heartbeat_touch, "edge-agent")).run_forever(stopped)
