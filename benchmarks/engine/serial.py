"""Starts runs one after the other in a process of its own: ``serial.py RUNS wait|go``; ``wait`` lets each end first."""

from __future__ import annotations

import sys
import time

import django


def main() -> None:
    django.setup()
    from operations.models import Operation
    from tests.crash.submit import start

    for _ in range(int(sys.argv[1])):
        began = time.time()
        operation = start(steps=6, seconds=0, workflow="trace-bare")
        sys.stdout.write(f"run {operation} {began} {time.time()}\n")  # in one write: the log goes the same way
        while sys.argv[2] == "wait" and Operation.objects.active().filter(pk=operation).exists():
            time.sleep(0.01)


if __name__ == "__main__":
    main()
