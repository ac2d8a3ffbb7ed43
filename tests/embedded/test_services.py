"""PostgreSQL, Valkey and what lies beneath them: folders, ports, logs, leftovers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
import pytest
import redis

from adminsite.embedded import binaries, owner
from adminsite.embedded.home import AlreadyRunning, Home
from adminsite.embedded.leftovers import leftovers_end, processes_of
from adminsite.embedded.logs import Follower
from adminsite.embedded.ports import port_claim, port_free, ports_remembered
from adminsite.embedded.postgres import NOT_DURABLE, ClusterUnusable, Postgres
from adminsite.embedded.programs import Program
from adminsite.embedded.valkey import Valkey
from tests.builders.edge import edge_running
from tests.services import is_listening, process_start, process_stop, ready_wait

ROOT = Path(__file__).resolve().parents[2]

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root hands its database to another user")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Below a folder that nobody else may enter, as a home directory is."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = Home(closed / "state")
    home.prepare()
    return home


@contextmanager
def postgres_running(home: Home) -> Generator[Postgres, None, None]:
    postgres = Postgres(home, port_free(), NOT_DURABLE)
    postgres.ensure_cluster()
    process = process_start(home, postgres.program())
    try:
        ready_wait(postgres.is_ready, process, home.log / "postgres.log")
        yield postgres
    finally:
        process_stop(process)


def test_the_database_lets_in_its_role_with_its_password_alone(home: Home) -> None:
    with postgres_running(home) as postgres:
        psycopg2.connect(postgres.url).close()
        for url in (
            f"postgresql://portals:guess@127.0.0.1:{postgres.port}/portals",
            f"postgresql://portals@127.0.0.1:{postgres.port}/portals",
        ):
            with pytest.raises(psycopg2.OperationalError, match="password"):
                psycopg2.connect(url)


def test_the_database_is_postgresql_18_and_keeps_its_rows(home: Home) -> None:
    with postgres_running(home) as postgres:
        _execute(postgres, "CREATE TABLE kept AS SELECT 41 + 1 AS answer")
    with postgres_running(home) as postgres:
        assert _execute(postgres, "SELECT answer, current_setting('server_version_num')::int / 10000 FROM kept") == (
            42,
            18,
        )


def test_a_broken_off_first_start_is_begun_again(home: Home) -> None:
    (home.path / "postgres.new" / "half").mkdir(parents=True)
    with postgres_running(home) as postgres:
        assert _execute(postgres, "SELECT 1") == (1,)


def test_the_cluster_of_another_version_is_refused_in_words(home: Home) -> None:
    home.postgres.mkdir()
    (home.postgres / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterUnusable, match="was made by PostgreSQL 16, and this release brings 18"):
        Postgres(home, 1).ensure_cluster()


def test_a_stale_pid_file_does_not_stop_the_next_start(home: Home) -> None:
    with postgres_running(home):
        pass
    (home.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{home.postgres}\n0\n")
    with postgres_running(home) as postgres:
        assert _execute(postgres, "SELECT 1") == (1,)


@needs_root
def test_as_root_the_database_belongs_to_a_user_of_its_own(home: Home) -> None:
    with postgres_running(home):
        found = home.postgres.stat()
    assert found.st_uid == owner.owner_of_postgres().uid != 0
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert stat.S_IMODE(home.path.parent.stat().st_mode) == 0o700, "no folder above was opened"


@needs_root
def test_programs_out_of_reach_are_copied_to_where_the_user_can_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    wheel = binaries.postgres_folder()
    programs = closed / "site" / wheel.parent.name / wheel.name
    shutil.copytree(wheel, programs, symlinks=True)
    shutil.copytree(f"{wheel.parent}.libs", f"{programs.parent}.libs")
    closed.chmod(0o700)
    shared = Path(tempfile.mkdtemp(prefix="portal-programs-"))
    monkeypatch.setattr(owner, "SHARED", shared)
    monkeypatch.setattr(binaries, "postgres_folder", lambda: programs)
    home = Home(closed / "state")
    home.prepare()
    try:
        with postgres_running(home) as postgres:
            assert _execute(postgres, "SELECT 1") == (1,)
            assert postgres.program().command[0].startswith(str(shared))
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        copied = [path for path in shared.rglob("*") if not path.is_symlink()]
        assert copied
        assert not [path for path in copied if path.stat().st_mode & 0o022], "nobody else may change them"
    finally:
        shutil.rmtree(shared)


def test_valkey_asks_for_its_password_and_keeps_its_queue_through_a_kill(home: Home) -> None:
    valkey = Valkey(home, port_free())
    process = _valkey_start(valkey)
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=valkey.port) as stranger:
        stranger.ping()
    with redis.Redis.from_url(valkey.url) as client:
        client.rpush("queue", "message")
        time.sleep(1.5)  # the append-only file reaches the disk each second
    process.kill()
    process.wait(10)
    process = _valkey_start(valkey)
    try:
        with redis.Redis.from_url(valkey.url) as client:
            assert client.lrange("queue", 0, -1) == [b"message"]
    finally:
        process_stop(process, signal.SIGTERM)


def test_ports_are_remembered_until_somebody_else_takes_one(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first = ports_remembered(path, ("one", "two"))
    assert first["one"] != first["two"]
    assert ports_remembered(path, ("one", "two")) == first
    assert ports_remembered(path, ("one", "two"), {"one": port_free()}) == first  # a wish is for the first time
    with socket.create_server(("127.0.0.1", first["one"])):
        second = ports_remembered(path, ("one", "two"))
    assert second["one"] != first["one"]
    assert second["two"] == first["two"]


def test_a_damaged_memory_of_ports_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{broken")
    assert ports_remembered(tmp_path / "ports.json", ("one",))["one"] > 0


def test_of_two_products_that_start_at_once_one_gets_the_usual_port() -> None:
    port = port_free()
    asked = f"from adminsite.embedded.ports import port_claim; print(port_claim({port}))"
    assert port_claim(port)
    assert subprocess.check_output((sys.executable, "-c", asked), cwd=ROOT, text=True) == "False\n"


def test_a_home_has_one_start_at_a_time(home: Home) -> None:
    with home.lock(), pytest.raises(AlreadyRunning):
        home.lock()
    home.lock().close()


def test_the_edge_works_below_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25) / "state"
    with edge_running(folder, web="127.0.0.1:1", websites="127.0.0.1:1") as running:
        path = running.home.socket("caddy.sock")
        assert len(str(path)) < 100
        assert path.is_socket()
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    shutil.rmtree(path.parent)


def test_the_log_follows_whole_lines_through_rotation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "web.log"
    log.write_text("before\n")
    follower = Follower(tmp_path, ("web", "worker"))
    with log.open("a") as file:
        file.write("first\nsec")
    follower.show()
    with log.open("a") as file:
        file.write("ond\nlast\n")
    log.rename(tmp_path / "web.log.1")
    log.write_text("fresh\n")
    (tmp_path / "worker.log").write_text("late\n")
    follower.show()
    follower.close()
    said = capsys.readouterr().out
    assert said == "web    | first\nweb    | second\nweb    | last\nweb    | fresh\nworker | late\n"


def test_leftovers_of_this_home_end_and_others_live(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.prepare()
    left, alive = (process_start(each, _sleeper(each)) for each in (home, other))
    try:
        _until(lambda: left.pid in processes_of(home) and alive.pid in processes_of(other))
        assert leftovers_end(home) == 1
        assert left.wait(10) != 0
        assert alive.poll() is None
    finally:
        process_stop(alive, signal.SIGTERM)


def test_a_program_ends_what_its_killed_predecessor_left(home: Home) -> None:
    """A killed parent's children would serve beside the new ones."""
    code = "import os, time; os.fork(); time.sleep(60)"
    program = Program("pair", (sys.executable, "-c", code), home.path)
    first = process_start(home, program)
    _until(lambda: len(_members(home)) == 2)
    first.kill()
    first.wait(10)
    child = _members(home)
    second = process_start(home, program)
    try:
        _until(lambda: not set(child) & set(_members(home)) and len(_members(home)) == 2)
    finally:
        os.killpg(second.pid, signal.SIGKILL)
        second.wait(10)


def _members(home: Home) -> list[int]:
    """Processes of the home that are still alive; one that was killed may wait to be reaped."""
    return [pid for pid in processes_of(home) if Path(f"/proc/{pid}/cmdline").read_bytes()]


def _valkey_start(valkey: Valkey) -> subprocess.Popen[bytes]:
    process = process_start(valkey.home, valkey.program())
    ready_wait(lambda: is_listening(valkey.port), process, valkey.home.log / "valkey.log")
    return process


def _sleeper(home: Home) -> Program:
    return Program("sleeper", (sys.executable, "-c", "import time; time.sleep(60)"), home.path)


def _execute(postgres: Postgres, statement: str) -> tuple[object, ...]:
    connection = psycopg2.connect(postgres.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return tuple(cursor.fetchone() or ()) if cursor.description else ()
    finally:
        connection.close()


def _until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not become so"
        time.sleep(0.05)
