"""Whether a process lives, and whether it can do its work: for supervisors, the edge and people.

``/livez`` asks nothing of anybody else, so a broken database never makes a supervisor restart a healthy process.
``/readyz`` asks each thing the process needs, each with a time limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

BROKER_LIMIT_SECONDS = 1.0
logger = structlog.get_logger(__name__)


class NotReady(Exception):
    """Something the process needs is not there; the text is for people and holds no address and no secret."""


@dataclass(frozen=True)
class Outcome:
    """One check's answer. ``milliseconds`` says how long it took."""

    passed: bool
    milliseconds: float
    message: str = ""

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"status": "ok" if self.passed else "failed", "message": self.message}
        return {**told, "milliseconds": round(self.milliseconds, 1)}


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where every check passes, else 503; both say how each check went."""
    outcomes = {name: _run(check) for name, check in CHECKS.items()}
    ready = all(outcome.passed for outcome in outcomes.values())
    body = {
        "status": "ok" if ready else "failed",
        "checks": {name: outcome.as_json() for name, outcome in outcomes.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations_are_applied() -> None:
    """Cheap after the first success: what is applied stays applied while this process runs."""
    if _state["migrated"]:
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied; run manage.py migrate.")
    _state["migrated"] = True


def broker_answers() -> None:
    limits = {"socket_timeout": BROKER_LIMIT_SECONDS, "socket_connect_timeout": BROKER_LIMIT_SECONDS}
    with redis.Redis.from_url(settings.BROKER_URL, **limits) as broker:
        broker.ping()


CHECKS: dict[str, Callable[[], None]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "broker": broker_answers,
}
_state = {"migrated": False}


def _run(check: Callable[[], None]) -> Outcome:
    started = time.perf_counter()
    message = ""
    try:
        check()
    except NotReady as missing:
        message = str(missing)
    except Exception:
        logger.warning("not_ready", check=check.__name__, exc_info=True)
        message = "No answer."
    return Outcome(not message, (time.perf_counter() - started) * 1000, message)
