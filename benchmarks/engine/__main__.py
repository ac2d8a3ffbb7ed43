"""``python -m benchmarks.engine [RUNS] [ROUNDS]``: prints the table and the ratios; never passes or fails on a time."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.engine.latency import latency_idle, latency_without_broker
from benchmarks.engine.peers_python import peers_python
from benchmarks.engine.rows import Row, row_clean, row_of_limit, row_of_peer, row_of_product
from tests.crash.stand import Stand

PRODUCT, LIMIT = "Portal operations", "limit: pgbench, the same statements"
DIRECT, QUEUE, PROCRASTINATE = "DBOS, direct", "DBOS, queue (poll 50 ms)", "procrastinate, job per step"


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    peers = peers_python()
    print(
        f"{runs} workflows of 6 steps, 4 at a time, {rounds} interleaved rounds, {os.cpu_count()} cores\n", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user
        with Stand(Path(folder)) as stand:
            rows = [row for _ in range(rounds) for row in _round(stand, peers, runs)]
            _print_ratios(rows)
            _print_latencies(stand)


def _round(stand: Stand, peers: Path, runs: int) -> list[Row]:
    fewer = max(runs // 3, 50)
    taken = [
        row_clean(lambda: row_of_limit(stand, 5)),
        row_clean(lambda: row_of_product(stand, runs)),
        row_clean(lambda: row_of_peer(stand, peers, DIRECT, "dbos_steps.py", "direct", runs=fewer)),
        row_clean(lambda: row_of_peer(stand, peers, QUEUE, "dbos_steps.py", "queue", runs=fewer)),
        row_clean(lambda: row_of_peer(stand, peers, PROCRASTINATE, "procrastinate_steps.py", "queue", runs=fewer)),
    ]
    for row in taken:
        mark = "" if row.is_clean else f"  ~ others used {row.others:.1f} cores"
        print(f"{row.engine:38} {row.per_second:7.0f} workflows/s {row.cpu_ms:7.2f} CPU ms each{mark}", flush=True)
    print()
    return taken


def _print_ratios(rows: list[Row]) -> None:
    speed = {engine: _middle(rows, engine, "per_second") for engine in (PRODUCT, LIMIT, DIRECT, QUEUE, PROCRASTINATE)}
    cpu = {engine: _middle(rows, engine, "cpu_ms") for engine in speed}
    best_dbos = max(speed[DIRECT], speed[QUEUE])
    least_dbos = min(cpu[DIRECT], cpu[QUEUE])
    print(f"against the best DBOS row     {speed[PRODUCT] / best_dbos:6.2f} times its speed   (target 2)")
    print(f"against procrastinate         {speed[PRODUCT] / speed[PROCRASTINATE]:6.2f} times its speed   (target 4)")
    print(f"against the pgbench limit     {100 * speed[PRODUCT] / speed[LIMIT]:6.0f} % of it            (target 30)")
    print(f"CPU against the leanest DBOS  {cpu[PRODUCT] / least_dbos:6.2f} of it              (target 0.5)")


def _middle(rows: list[Row], engine: str, figure: str) -> float:
    """The median of the clean rows; of all, where none is clean."""
    of_engine = [row for row in rows if row.engine == engine]
    return statistics.median(getattr(row, figure) for row in [row for row in of_engine if row.is_clean] or of_engine)


def _print_latencies(stand: Stand) -> None:
    first, between = latency_idle(stand)
    print(f"\nidle: submit to first step    {first}   (target 25 ms p95)")
    print(f"idle: step to step            {between}")
    print(f"submit with the broker down   {latency_without_broker(stand)}   (target 150 ms p95)")


if __name__ == "__main__":
    main()
