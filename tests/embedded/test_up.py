"""`manage.py up` from outside: it starts, repairs itself, stops, and finds its data again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import pytest

from adminsite.embedded.leftovers import processes_of
from adminsite.embedded.ports import port_free
from tests.builders.stack import CHECKOUT, Stack, stack_environment, stack_running

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

EVERY_PROCESS = {"postgres", "valkey", "edge", "web", "websites", "worker", "beat", "demo-dns"}
MEBIBYTE = 1024 * 1024


@dataclass
class Beside:
    """Another home, without demo data. It runs on from test to test: a start takes seconds, and making a home more."""

    folder: Path
    starts: ExitStack
    running: Stack | None = None

    def up(self) -> Stack:
        """The product in this home; started where it does not run."""
        if self.running is None or self.running.process.poll() is not None:
            self.running = self.starts.enter_context(stack_running(self.folder, PORTAL_DEMO="0"))
        return self.running


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Generator[Beside, None, None]:
    with ExitStack() as starts:
        yield Beside(tmp_path_factory.mktemp("beside"), starts)


def test_the_administration_center_answers_with_and_without_tls(stack: Stack) -> None:
    assert _status("localhost", stack.http_port, "/accounts/login/") == 200


def test_it_says_where_it_is_and_how_to_sign_in(stack: Stack) -> None:
    said = "".join(stack.output)
    assert f"{stack.http_url}/" in said
    assert f"{stack.https_url}/" in said
    assert str(stack.home.path / "demo-accounts.json") in said
    assert stack.password not in said


def test_everything_it_keeps_is_private(stack: Stack) -> None:
    assert stack.home.path.stat().st_mode & 0o077 == 0
    for name in ("run/database-url", "run/redis-url", "run/valkey.conf", "secrets/postgres-password"):
        assert (stack.home.path / name).stat().st_mode & 0o077 == 0, name


def test_no_password_is_on_a_command_line(stack: Stack) -> None:
    secrets = [path.read_text().strip() for path in (stack.home.path / "secrets").iterdir()]
    for pid in processes_of(stack.home):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        assert not any(secret in command for secret in secrets)


def test_commands_beside_it_find_its_database(stack: Stack) -> None:
    assert stack.manage("shell", "--no-imports", "-c", "from core.models import User; print(User.objects.count() > 0)")


def test_the_demo_s_dns_server_answers_with_what_the_command_added(stack: Stack) -> None:
    stack.manage("demodns", "add", "stack.customers.test", "TXT", "here")
    address, _, port = (stack.home.run / "demo-dns").read_text().partition(":")
    answer = dns.query.udp(dns.message.make_query("stack.customers.test.", "TXT"), address, 5, int(port))
    assert [record.strings for rrset in answer.answer for record in rrset] == [(b"here",)]


def test_idle_memory_stays_below_one_gibibyte(stack: Stack) -> None:
    used = {pid: _proportional_bytes(pid) for pid in [stack.process.pid, *processes_of(stack.home)]}
    total = sum(used.values()) / MEBIBYTE
    print(f"idle memory (PSS): {total:.0f} MiB in {len(used)} processes")  # noqa: T201 - a figure for the log
    assert total < 1024


@pytest.mark.parametrize("name", sorted(EVERY_PROCESS))
def test_a_killed_process_is_back_within_seconds(stack: Stack, name: str) -> None:
    before = _pid_of(stack, name)
    os.kill(before, signal.SIGKILL)
    _eventually(lambda: _pid_of(stack, name) not in {before, 0})
    _eventually(lambda: _status("localhost", stack.http_port, "/accounts/login/") == 200)
    _eventually(lambda: _status("nobody.portals.localhost", stack.http_port, "/") == 404)


def test_a_killed_supervisor_is_replaced_and_everything_with_it(stack: Stack) -> None:
    before = {name: _pid_of(stack, name) for name in EVERY_PROCESS}
    os.kill(_pid_of(stack, "supervisord"), signal.SIGKILL)
    _eventually(lambda: all(_pid_of(stack, name) not in {0, pid} for name, pid in before.items()))
    _eventually(lambda: _status("localhost", stack.http_port, "/accounts/login/") == 200)


def test_a_second_start_in_the_same_home_is_refused(stack: Stack) -> None:
    said = _refusal(stack.home.path, stack.https_port, stack.http_port)
    assert "Another start runs in" in said


def test_a_port_in_use_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = _refusal(tmp_path, port, port_free())
    assert said.strip() == f"PORTAL_HTTPS_PORT holds {port}, where another program listens already; " + (
        "set PORTAL_HTTPS_PORT to a free port."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_HTTPS_PORT", "eight"),
        ("PORTAL_BASE_DOMAIN", "Portals_x"),
        ("PORTAL_KEYRING", "nonsense"),
        ("PORTAL_DEMO", "yes"),
        ("PORTAL_DATABASE_URL", "mysql://localhost/x"),
        ("PORTAL_REDIS_URL", "amqp://localhost"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    said = _refusal(tmp_path, port_free(), port_free(), **{name: value})
    assert name in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1


def test_a_database_that_is_not_there_stops_the_start_with_its_settings_name(tmp_path: Path) -> None:
    nobody = f"postgresql://portal:secret@127.0.0.1:{port_free()}/portals"
    said = _refusal(tmp_path, port_free(), port_free(), PORTAL_DATABASE_URL=nobody)
    assert "PORTAL_DATABASE_URL" in said
    assert "Traceback" not in said
    assert "secret" not in said


def test_two_homes_side_by_side_do_not_disturb_each_other(stack: Stack, beside: Beside) -> None:
    before = set(processes_of(stack.home))
    other = beside.up()
    assert not before & set(processes_of(other.home))
    assert _status("localhost", other.http_port, "/accounts/login/") == 200
    assert before <= set(processes_of(stack.home))
    assert _status("localhost", stack.http_port, "/accounts/login/") == 200


def test_it_stops_quickly_leaves_nothing_and_finds_its_data_again(beside: Beside) -> None:
    make = "from core.models import User; User.objects.create(email='kept@contoso.example')"
    look = "from core.models import User; print(User.objects.filter(email='kept@contoso.example').count())"
    first = beside.up()
    first.manage("shell", "--no-imports", "-c", make)
    ports = (first.home.run / "ports.json").read_text()
    assert first.stop(signal.SIGINT) < 10
    assert processes_of(first.home) == []
    assert first.process.returncode == 0
    second = beside.up()
    assert second.manage("shell", "--no-imports", "-c", look).strip() == "1"
    assert (second.home.run / "ports.json").read_text() == ports


def test_a_killed_start_takes_everything_with_it_and_the_next_one_works(beside: Beside) -> None:
    first = beside.up()
    first.process.kill()
    first.process.wait(10)
    _eventually(lambda: processes_of(first.home) == [])
    second = beside.up()
    assert _status("localhost", second.http_port, "/accounts/login/") == 200


def _status(host: str, port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status
    finally:
        connection.close()


def _pid_of(stack: Stack, name: str) -> int:
    """The process id of a supervised process now; 0 while it is not there."""
    try:
        pid = int((stack.home.run / f"{name}.pid").read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return 0
    return pid


def _proportional_bytes(pid: int) -> int:
    """The memory of a process, with what it shares divided among the sharers (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _refusal(folder: Path, https_port: int, http_port: int, **settings: str) -> str:
    """What a start that must fail says."""
    environment = {**stack_environment(folder, https_port, http_port), **settings}
    command = (sys.executable, "manage.py", "up")
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


def _eventually(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            if is_so():
                return
        except OSError:
            pass
        assert time.monotonic() < until, "it did not become so"
        time.sleep(0.1)
