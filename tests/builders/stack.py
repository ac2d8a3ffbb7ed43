"""The whole product as `make run` starts it, in a temporary home with demo data, for tests marked ``stack``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import redis

from adminsite.embedded.home import Home
from adminsite.embedded.ports import port_free

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
# Of the tests' own services; the product under test has its own.
NOT_INHERITED = ("PORTAL_DATABASE_URL", "PORTAL_REDIS_URL", "PORTAL_TEST_HOME", "PORTAL_DEMO", "DJANGO_SETTINGS_MODULE")


@dataclass
class Stack:
    """A running product. ``output`` is everything it said so far."""

    home: Home
    https_port: int
    http_port: int
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)

    @property
    def http_url(self) -> str:
        return f"http://localhost:{self.http_port}"

    @property
    def https_url(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def accounts(self) -> dict[str, object]:
        """What demo-accounts.json holds."""
        return dict(json.loads((self.home.path / "demo-accounts.json").read_text()))

    @property
    def password(self) -> str:
        return str(self.accounts["password"])

    @property
    def environment(self) -> dict[str, str]:
        """For a command of this home, e.g. `manage.py createtoken`."""
        return stack_environment(self.home.path, self.https_port, self.http_port)

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the running product; returns what it printed."""
        command = (sys.executable, "manage.py", *arguments)
        return subprocess.check_output(command, cwd=CHECKOUT, env=self.environment, text=True, timeout=PATIENCE)

    def wait_for(self, text: str) -> None:
        """Wait until a line with this text is said. Fails with the whole output when it ends before."""
        until = time.monotonic() + PATIENCE
        while not any(text in line for line in self.output):
            if self.process.poll() is not None or time.monotonic() > until:
                time.sleep(0.2)
                raise AssertionError(f"{text!r} was not said:\n{''.join(self.output)}")
            time.sleep(0.05)

    def kill_worker(self) -> None:
        """The worker with its children, as when the machine runs out of memory. The supervisor starts it again."""
        _kill_tree(int((self.home.run / "worker.pid").read_text()))

    def empty_broker(self) -> None:
        """Everything it holds is gone."""
        redis.Redis.from_url((self.home.run / "redis-url").read_text().strip()).flushall()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; returns how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - began


def _kill_tree(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        _kill_tree(int(child))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def stack_running(
    folder: Path, *, https_port: int = 0, http_port: int = 0, **settings: str
) -> Generator[Stack, None, None]:
    """Start `manage.py up` with its home in ``folder``, wait until it says it is ready."""
    https_port = https_port or port_free()
    http_port = http_port or port_free((https_port,))
    stack = stack_start(folder, https_port=https_port, http_port=http_port, settings=settings)
    try:
        stack.wait_for("] ready")
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.stop()


def stack_start(folder: Path, *, https_port: int, http_port: int, settings: Mapping[str, str]) -> Stack:
    """Start it and return at once."""
    process = subprocess.Popen(
        (sys.executable, "manage.py", "up", "--stop-with-parent"),
        cwd=CHECKOUT,
        env={**stack_environment(folder, https_port, http_port), **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    assert process.stdout is not None
    stack = Stack(Home(folder), https_port, http_port, process)
    threading.Thread(target=_collect, args=(process.stdout, stack.output), daemon=True).start()
    return stack


def stack_environment(folder: Path, https_port: int, http_port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {
        **inherited,
        "PORTAL_HOME": str(folder),
        "PORTAL_HTTPS_PORT": str(https_port),
        "PORTAL_HTTP_PORT": str(http_port),
        # Not the usual port: two that start in the same second would both find it free.
        "PORTAL_DEMO_DNS_PORT": str(port_free((https_port, http_port))),
    }


def _collect(stream: IO[str], output: list[str]) -> None:
    with stream:
        for line in stream:
            output.append(line)
