"""The process in the foreground of `manage.py up`: starts everything, shows one log, stops everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from adminsite.embedded import readiness
from adminsite.embedded.leftovers import leftovers_end, processes_of
from adminsite.embedded.logs import Follower, log_tail
from adminsite.embedded.plan import Plan
from adminsite.embedded.postgres import ClusterUnusable, Postgres
from adminsite.embedded.supervisor import Control, Group, supervisor_start, supervisor_write

TICK = 0.2  # seconds between two looks
STOP_SECONDS = 9.0
START_SECONDS = 120.0
LOOK_AFTER_SECONDS = 3.0  # between two looks for given-up programs
TRIES = 4  # lives that a program may have during the start


class Stopped(Exception):
    """Somebody asked us to stop."""


class NotStarted(Exception):
    """It cannot start; the message says why, in words."""


class Foreground:
    """One start, from the first process to the last. ``run`` returns the exit status."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._home = plan.home
        self._groups = plan.groups
        self._control = Control(plan.home)
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._began = time.monotonic()
        self._parent = os.getppid()
        self._follower: Follower | None = None
        self._lives: dict[str, set[int]] = {}  # program -> process ids seen during the start

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        status = 0
        try:
            self._start()
            self._stay()
        except Stopped:
            self._say("stopping")
        except NotStarted as reason:
            self._say(f"{reason}")
            status = 1
        finally:
            self._stop()
        return status

    # --- Start ---

    def _start(self) -> None:
        self._say(f"starting in {self._home.path}")
        self._start_services()
        self._prepare()
        self._begin(self._plan.product)
        self._wait("the edge", self._is_edge_ready)
        self._wait("the administration center", lambda: self._answers("web"))
        self._wait("the websites", lambda: self._answers("websites"))
        self._wait("worker and beat", self._is_everything_running)
        self._welcome()

    def _start_services(self) -> None:
        if self._plan.postgres:
            self._make_cluster(self._plan.postgres)
        self._plan.write_addresses()
        self._start_supervisor()
        for group in self._groups:
            if group.name != "product":
                self._begin(group)

    def _make_cluster(self, postgres: Postgres) -> None:
        try:
            postgres.ensure_cluster()
        except (ClusterUnusable, OSError) as wrong:
            raise NotStarted(f"{wrong}") from wrong
        self._say("database cluster is there")

    def _start_supervisor(self) -> None:
        configuration = supervisor_write(self._home, self._groups)
        names = tuple(program.name for group in self._groups for program in group.programs)
        self._follower = self._follower or Follower(self._home.log, names)
        self._supervisor = supervisor_start(self._home, configuration, self._plan.environment())
        self._wait("supervisor", self._control.is_answering)

    def _begin(self, group: Group) -> None:
        self._control.start(group)

    def _prepare(self) -> None:
        """Migrations, static files and demo data, by a command that waits for the services and says what it does."""
        command = (sys.executable, "manage.py", "prepare")
        environment = {**self._plan.environment(), "PORTAL_DEMO": "1" if self._plan.wanted.is_demo else "0"}
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=self._plan.wanted.checkout, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None  # noqa: S101 - for the type checker
        for line in process.stdout:
            self._say(line.rstrip())
        if process.wait() != 0:
            raise NotStarted("The database could not be prepared; the lines above say why.")

    def _wait(self, name: str, is_ready: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while not is_ready():
            self._look(name)
            if time.monotonic() > until:
                raise NotStarted(self._why(f"{name} did not become ready within {START_SECONDS:.0f} s."))
            time.sleep(TICK)
        self._say(f"{name} ready")

    def _look(self, waiting_for: str) -> None:
        """Give up early where the supervisor has."""
        assert self._supervisor is not None  # noqa: S101 - for the type checker
        if self._supervisor.poll() is not None:
            raise NotStarted(self._why(f"The supervisor ended while {waiting_for} was starting."))
        if self._control.is_answering():
            failed = [name for name, state in self._control.states().items() if state == "FATAL" or self._dies(name)]
            if failed:
                raise NotStarted(self._why(f"{', '.join(failed)} did not start."))

    def _dies(self, name: str) -> bool:
        """Whether it was started again and again: it lives too long for the supervisor to call that a failure."""
        self._lives.setdefault(name, set()).add(self._control.process_ids()[name])
        return len(self._lives[name] - {0}) > TRIES

    def _is_edge_ready(self) -> bool:
        if not self._plan.caddy.export_root():
            return False
        wanted = self._plan.wanted
        return readiness.answers_tls(wanted.https_port, wanted.admin_host, self._home.root_certificate)

    def _answers(self, name: str) -> bool:
        return readiness.answers_http(f"127.0.0.1:{self._plan.ports[name]}", self._plan.wanted.admin_host)

    def _is_everything_running(self) -> bool:
        return set(self._control.states().values()) == {"RUNNING"}

    def _why(self, sentence: str) -> str:
        """The sentence, with the last lines of every log that tells of something."""
        tails = []
        for path in sorted(self._home.log.glob("*.log")):
            tails += [f"  {path.stem} | {line}" for line in log_tail(path)]
        return "\n".join([sentence, *tails])

    # --- Stay ---

    def _stay(self) -> None:
        looked = time.monotonic()
        while True:
            self._show()
            time.sleep(TICK)
            if self._plan.wanted.stops_with_parent and os.getppid() != self._parent:
                raise Stopped
            if time.monotonic() - looked > LOOK_AFTER_SECONDS:
                self._look_after()
                looked = time.monotonic()

    def _look_after(self) -> None:
        """Bring back what the supervisor gave up on, and the supervisor itself."""
        assert self._supervisor is not None  # noqa: S101 - for the type checker
        if self._supervisor.poll() is not None:
            self._say("the supervisor was ended from outside: starting everything again")
            leftovers_end(self._home)
            self._start_supervisor()
            for group in self._groups:
                self._begin(group)
        elif self._control.is_answering():
            for name in self._control.start_again(self._groups):
                self._say(f"{name} keeps failing: trying again")

    def _show(self) -> None:
        if self._follower:
            self._follower.show()

    def _welcome(self) -> None:
        wanted = self._plan.wanted
        accounts = self._home.path / "demo-accounts.json"
        self._say("ready")
        print(f"\n  Administration center   http://{wanted.admin_host}:{wanted.http_port}/")
        print(f"                          https://{wanted.admin_host}:{wanted.https_port}/")
        print(f"  Portals                 https://<subdomain>.{wanted.base_domain}:{wanted.https_port}/")
        print(f"  Its root certificate    {self._home.root_certificate}")
        if accounts.exists():
            print(f"  Sign in with            the accounts in {accounts}")
        else:
            print("  Sign in                 make the first administrator: python manage.py createadmin EMAIL")
        print("  Stop                    Ctrl-C\n", flush=True)

    # --- Stop ---

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._end_supervisor()
        for pid in processes_of(self._home):
            _kill(pid)
        self._show()
        self._say("stopped")

    def _end_supervisor(self) -> None:
        if self._supervisor is None or self._supervisor.poll() is not None:
            return
        self._supervisor.terminate()
        until = time.monotonic() + STOP_SECONDS
        while self._supervisor.poll() is None and time.monotonic() < until:
            self._show()
            time.sleep(TICK / 4)
        if self._supervisor.poll() is None:
            self._supervisor.kill()

    def _say(self, text: str) -> None:
        """A progress line with the seconds since the start."""
        self._show()
        print(f"[{time.monotonic() - self._began:5.1f} s] {text}", flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
