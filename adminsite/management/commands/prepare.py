"""`manage.py prepare`: database tables, static files and, at the first start, demo data."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from redis import Redis
from redis.exceptions import RedisError

from core.metrics import metrics_folder_clear

PATIENCE = 20.0  # seconds for a service to come up


class Command(BaseCommand):
    help = "Waits for the database and the broker, migrates, collects static files, makes the demo data once."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self._wait("PORTAL_DATABASE_URL", connection.ensure_connection, OperationalError)
        self._say("database ready")
        self._wait("PORTAL_REDIS_URL", lambda: Redis.from_url(settings.BROKER_URL).ping(), RedisError)
        self._say("broker ready")
        metrics_folder_clear()
        call_command("migrate", interactive=False, verbosity=0)
        self._say("tables are up to date")
        call_command("collectstatic", interactive=False, verbosity=0)
        self._say("static files collected")
        self._make_demo()

    def _wait(self, name: str, ask: Any, error: type[Exception]) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                ask()
            except error as wrong:
                if time.monotonic() > until:
                    raise CommandError(f"{name}: the server does not let us in: {str(wrong).strip()}") from wrong
                time.sleep(0.1)
            else:
                return

    def _make_demo(self) -> None:
        """Once for an address and a password: what people changed or deleted in the demo does not come back."""
        made, wanted = Path(settings.PORTAL_HOME) / "demo-made", _demo_wanted()
        if not settings.PORTAL_DEMO or (made.exists() and made.read_text() == wanted):
            return
        call_command("demodata", verbosity=0)
        made.write_text(wanted)
        self._say("demo data made")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _demo_wanted() -> str:
    """What the demo data depends on: another port or password makes their addresses and accounts anew."""
    wanted = f"{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT} {settings.PORTAL_DEMO_PASSWORD}"
    return hashlib.sha256(wanted.encode()).hexdigest()
