"""What one person feels: from the submit to the first step on an idle machine, and a submit with the broker down."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from tests.crash.stand import Stand


@dataclass(frozen=True)
class Latency:
    """Milliseconds."""

    median: float
    p95: float

    @staticmethod
    def of(seconds: list[float]) -> Latency:
        return Latency(1000 * statistics.median(seconds), 1000 * statistics.quantiles(seconds, n=20)[-1])

    def __str__(self) -> str:
        return f"{self.median:.1f} ms median, {self.p95:.1f} ms p95"


def latency_idle(stand: Stand, runs: int = 60) -> tuple[Latency, Latency]:
    """Submit to first step, and step to step, one run at a time with an idle worker."""
    stand.start_worker(supervised=False)
    try:
        answers = _serial(stand, runs, "wait")[10:]
        steps: dict[str, list[float]] = {}
        for operation, _, at in stand.traces():
            steps.setdefault(operation, []).append(at)
        first = [steps[operation][0] - began for operation, began, _ in answers]
        between = [
            later - sooner
            for operation, _, _ in answers
            for sooner, later in zip(steps[operation], steps[operation][1:], strict=False)
        ]
        return Latency.of(first), Latency.of(between)
    finally:
        stand.stop_worker()


def latency_without_broker(stand: Stand, runs: int = 60) -> Latency:
    """How long a submit takes while nobody listens on the broker's port."""
    stand.stop_valkey()
    try:
        return Latency.of([answered - began for _, began, answered in _serial(stand, runs, "go")])
    finally:
        stand.start_valkey()


def _serial(stand: Stand, runs: int, mode: str) -> list[tuple[str, float, float]]:
    """Operation, when its start was asked for, and when it was answered."""
    printed = stand.python("-m", "benchmarks.engine.serial", str(runs), mode)
    lines = [line.split()[1:] for line in printed.splitlines() if re.fullmatch(r"run \S{36} [\d.]+ [\d.]+", line)]
    return [(operation, float(began), float(answered)) for operation, began, answered in lines]
