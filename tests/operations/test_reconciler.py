"""Runs that nobody works on and nobody was told of are found."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import connections
from django.utils import timezone

from adminsite.embedded.ports import port_free
from operations import queue, transitions
from operations.models import Operation
from operations.reconciler import Reconciler, run_forever
from operations.services import operation_start
from operations.workflow import Done
from tests.builders.operations import resource, run_to_end, workflow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_messages")]

DEAD_OWNER = 4_611_686_018_427_387_905  # a key nobody holds; more than 32 bits, so both halves count


@pytest.fixture
def messages() -> Generator[redis.Redis]:
    client = redis.Redis.from_url(settings.BROKER_URL)
    client.delete(queue.NAME)
    yield client
    client.delete(queue.NAME)
    client.close()


@pytest.fixture
def reconciler() -> Generator[Reconciler]:
    made = Reconciler()
    yield made
    made.close()


@pytest.fixture
def no_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message at a start is lost."""
    monkeypatch.setattr(queue, "wake", lambda operation_id: None)


def _start(**changes: Any) -> Operation:
    shape = workflow("found", one=lambda step: Done())
    operation = operation_start(actor=None, workflow="found", resource=resource(), plan=shape.plan("one"))
    Operation.objects.filter(pk=operation.pk).update(**changes)
    operation.refresh_from_db()
    return operation


def _told(client: redis.Redis) -> int:
    return int(client.llen(queue.NAME))


def test_a_run_whose_message_was_lost_is_woken_after_the_grace(messages: redis.Redis, reconciler: Reconciler) -> None:
    operation = _start()
    reconciler.look()
    assert _told(messages) == 0

    Operation.objects.update(wake_at=timezone.now())
    reconciler.look()
    assert _told(messages) == 1
    assert str(operation.id) in str(messages.lindex(queue.NAME, 0))
    reconciler.look()
    assert _told(messages) == 1  # told once a grace


def test_a_wait_that_is_over_is_woken(messages: redis.Redis, reconciler: Reconciler) -> None:
    past = timezone.now() - timedelta(seconds=1)
    _start(status="Running", due_at=past, wake_at=past, waiting_for="Waiting.")
    reconciler.look()
    assert _told(messages) == 1


def test_the_next_look_comes_when_the_next_run_is_due(messages: redis.Redis, reconciler: Reconciler) -> None:
    _start(wake_at=timezone.now() + timedelta(milliseconds=400))
    assert 0.05 <= reconciler.look() <= 0.4
    Operation.objects.update(wake_at=timezone.now() + timedelta(seconds=30))
    assert reconciler.look() == 1.0


def test_the_runs_of_a_dead_worker_are_freed_at_once_and_the_try_counts(
    messages: redis.Redis, reconciler: Reconciler
) -> None:
    lease = timezone.now() + timedelta(minutes=1)
    operation = _start(status="Running", owner=DEAD_OWNER, lease_until=lease, wake_at=lease, token=7)
    reconciler.look()
    operation.refresh_from_db()

    assert (operation.owner, operation.lease_until, operation.token, operation.attempt) == (None, None, 8, 1)
    assert operation.events.get(kind="retrying").code == "operations:worker-gone"
    assert _told(messages) == 1
    assert run_to_end(operation.id).status == Operation.Status.SUCCEEDED


def test_the_runs_of_a_living_worker_are_left_alone(messages: redis.Redis, reconciler: Reconciler) -> None:
    wrapper = connections["default"].copy()
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [DEAD_OWNER])
        lease = timezone.now() + timedelta(minutes=1)
        operation = _start(status="Running", owner=DEAD_OWNER, lease_until=lease, wake_at=lease, token=7)
        reconciler.look()
        operation.refresh_from_db()
        assert (operation.owner, operation.token) == (DEAD_OWNER, 7)
    finally:
        wrapper.close()
    until = time.monotonic() + 5
    while operation.owner is not None and time.monotonic() < until:  # the server needs a moment to see the end
        reconciler.look()
        operation.refresh_from_db()
    assert operation.owner is None


def test_a_lease_that_ran_out_is_freed_without_any_lock(
    messages: redis.Redis, reconciler: Reconciler, settings: Any
) -> None:
    settings.OPERATIONS_OWNER_LOCK = False
    past = timezone.now() - timedelta(seconds=1)
    held = _start(status="Running", owner=DEAD_OWNER, lease_until=timezone.now() + timedelta(minutes=1))
    Operation.objects.filter(pk=held.pk).update(wake_at=timezone.now() + timedelta(minutes=1))
    silent = _start(status="Running", lease_until=past, wake_at=past)
    reconciler.look()
    held.refresh_from_db()
    silent.refresh_from_db()

    assert held.owner == DEAD_OWNER
    assert silent.lease_until is None
    assert _told(messages) == 1


def test_nothing_is_taken_while_the_broker_is_away(monkeypatch: pytest.MonkeyPatch, messages: redis.Redis) -> None:
    past = timezone.now() - timedelta(seconds=1)
    operation = _start(wake_at=past)
    with monkeypatch.context() as patched:
        patched.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port_free()}/0")
        away = Reconciler()
        assert away.look() == 1.0
    operation.refresh_from_db()
    assert operation.wake_at == past
    away.look()  # it is back
    assert _told(messages) == 1
    away.close()


def test_what_could_not_be_sent_is_given_back(
    monkeypatch: pytest.MonkeyPatch, messages: redis.Redis, reconciler: Reconciler
) -> None:
    def refuse(ids: list[uuid.UUID]) -> None:
        raise ConnectionError

    operation = _start(wake_at=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(reconciler._broker, "send", refuse)
    reconciler.look()
    operation.refresh_from_db()
    assert operation.wake_at is not None
    assert operation.wake_at <= timezone.now()


def test_a_restarted_broker_is_told_everything_again(
    monkeypatch: pytest.MonkeyPatch, messages: redis.Redis, reconciler: Reconciler
) -> None:
    _start()
    reconciler.look()
    assert _told(messages) == 0
    monkeypatch.setattr(reconciler._broker, "generation", lambda: "another")
    reconciler.look()
    assert _told(messages) == 1


def test_a_wait_is_not_cut_short_when_everything_is_woken(messages: redis.Redis, reconciler: Reconciler) -> None:
    later = timezone.now() + timedelta(minutes=1)
    _start(status="Running", due_at=later, wake_at=later)
    reconciler.wake_all()
    reconciler.look()
    assert _told(messages) == 0


def test_a_long_queue_is_not_filled_with_duplicates(messages: redis.Redis, reconciler: Reconciler) -> None:
    _start(wake_at=timezone.now() - timedelta(seconds=1))
    messages.rpush(queue.NAME, *["waiting"] * 100)
    reconciler.look()
    assert _told(messages) == 100


def test_the_thread_wakes_everything_at_its_start_and_outlives_errors(
    monkeypatch: pytest.MonkeyPatch, messages: redis.Redis
) -> None:
    _start()
    looks: list[int] = []
    real = Reconciler.look

    def look(self: Reconciler) -> float:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a bug")
        return real(self)

    monkeypatch.setattr(Reconciler, "look", look)
    monkeypatch.setattr("operations.reconciler.TICK", 0.01)
    stopped = threading.Event()
    thread = threading.Thread(target=run_forever, args=(stopped,))
    thread.start()
    until = time.monotonic() + 5
    while _told(messages) < 1 and time.monotonic() < until:
        time.sleep(0.01)
    stopped.set()
    thread.join()
    assert _told(messages) == 1


def test_a_claim_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    operation = _start()
    real = transitions._execute
    calls: list[int] = []

    def away(*args: Any) -> Any:
        calls.append(1)
        if len(calls) < 4:
            raise OperationalError("the database system is starting up")
        return real(*args)

    monkeypatch.setattr(transitions, "_execute", away)
    assert run_to_end(operation.id).status == Operation.Status.SUCCEEDED
    assert len(calls) > 4


@pytest.mark.parametrize("broken", [2, 3, 4])
def test_a_commit_whose_answer_was_lost_is_not_written_twice(monkeypatch: pytest.MonkeyPatch, broken: int) -> None:
    """The statement was executed, and the connection broke before its answer arrived."""
    from django.db import OperationalError

    shape = workflow("answer-lost", one=lambda step: Done())
    operation = operation_start(
        actor=None, workflow="answer-lost", resource=resource(), plan=shape.plan("one", "one", "one")
    )
    real = transitions._execute
    calls: list[int] = []

    def lose_answer(*args: Any) -> Any:
        calls.append(1)
        answer = real(*args)
        if len(calls) == broken:
            raise OperationalError("server closed the connection unexpectedly")
        return answer

    monkeypatch.setattr(transitions, "_execute", lose_answer)
    operation = run_to_end(operation.id)

    assert operation.status == Operation.Status.SUCCEEDED
    assert operation.steps.count() == 3
    assert operation.events.filter(kind="step_done").count() == 3
    assert len(shape.finished) == 1
