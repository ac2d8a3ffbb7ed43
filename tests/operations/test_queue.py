"""The queue door: a nudge after the commit, never a wait and never an error."""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Generator

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from adminsite.embedded.ports import port_free
from operations import queue
from operations.models import Operation
from operations.services import operation_start
from operations.workflow import Done
from tests.builders.operations import resource, workflow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def messages() -> Generator[redis.Redis]:
    client = redis.Redis.from_url(settings.BROKER_URL)
    client.delete(queue.NAME)
    yield client
    client.delete(queue.NAME)
    client.close()


@pytest.fixture
def fresh_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender without an open connection."""
    monkeypatch.setattr(queue, "_sender", None)


def _start() -> Operation:
    shape = workflow("queued", one=lambda step: Done())
    return operation_start(actor=None, workflow="queued", resource=resource(), plan=shape.plan("one"))


def _wait_for(client: redis.Redis, number: int) -> list[bytes]:
    until = time.monotonic() + 5
    while client.llen(queue.NAME) < number and time.monotonic() < until:
        time.sleep(0.01)
    found: list[bytes] = client.lrange(queue.NAME, 0, -1)  # type: ignore[assignment]
    return found


def test_a_start_is_told_to_the_broker_after_the_commit(messages: redis.Redis) -> None:
    with transaction.atomic():
        operation = _start()
        time.sleep(0.1)
        assert messages.llen(queue.NAME) == 0
    (message,) = _wait_for(messages, 1)
    assert b'"task": "operations.run"' in message
    assert str(operation.id).encode() in message


def test_a_start_that_is_rolled_back_is_told_to_nobody(messages: redis.Redis) -> None:
    with transaction.atomic():
        _start()
        transaction.set_rollback(True)
    time.sleep(0.2)
    assert messages.llen(queue.NAME) == 0


@pytest.mark.usefixtures("fresh_sender")
def test_a_start_answers_at_once_while_the_broker_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port_free()}/0")
    _start()
    taken = []
    for _ in range(40):
        began = time.perf_counter()
        _start()
        taken.append(time.perf_counter() - began)

    assert statistics.quantiles(taken, n=20)[-1] < 0.15
    assert Operation.objects.active().count() == 41


@pytest.mark.usefixtures("fresh_sender")
def test_a_start_answers_at_once_while_the_broker_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as deaf:  # takes connections and never says a word
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(50)
        monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            _start()
            taken.append(time.perf_counter() - began)
        assert max(taken) < 0.5
        assert statistics.median(taken) < 0.15


def test_a_child_process_sends_through_a_sender_of_its_own(messages: redis.Redis) -> None:
    _start()
    _wait_for(messages, 1)
    child = os.fork()
    if child == 0:
        queue.wake(uuid.uuid4())
        queue._sender_of_this_process()._finish()
        os._exit(0)
    os.waitpid(child, 0)
    assert len(_wait_for(messages, 2)) == 2
