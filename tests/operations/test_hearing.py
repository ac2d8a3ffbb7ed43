"""A worker that no longer hears the broker ends itself."""

from __future__ import annotations

import pytest

from operations.hearing import Hearing


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock's one value; a test adds to it."""
    now = [1000.0]
    monkeypatch.setattr("operations.hearing.time.monotonic", lambda: now[0])
    return now


def _hearing(*, is_idle: bool = True) -> tuple[Hearing, list[str]]:
    deaths: list[str] = []
    return Hearing(is_idle=lambda: is_idle, die=lambda: deaths.append("dead")), deaths


def test_a_worker_that_takes_nothing_though_messages_wait_ends_itself(clock: list[float]) -> None:
    hearing, deaths = _hearing()
    hearing.check(3)
    clock[0] += 19
    hearing.check(3)
    assert deaths == []
    clock[0] += 2
    hearing.check(3)
    assert deaths == ["dead"]


def test_a_message_that_arrives_shows_that_it_hears(clock: list[float]) -> None:
    hearing, deaths = _hearing()
    clock[0] += 19
    hearing.heard()
    clock[0] += 19
    hearing.check(3)
    assert deaths == []


def test_an_empty_queue_is_no_sign_of_deafness(clock: list[float]) -> None:
    hearing, deaths = _hearing()
    clock[0] += 100
    hearing.check(0)
    hearing.check(1)
    assert deaths == []


def test_a_worker_that_is_busy_may_let_messages_wait(clock: list[float]) -> None:
    hearing, deaths = _hearing(is_idle=False)
    clock[0] += 100
    hearing.check(3)
    assert deaths == []
