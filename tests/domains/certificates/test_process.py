"""The reading process: limits, what it is told and what not; the demo authority and its command."""

from __future__ import annotations

import io
import stat
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from domains.certificates import doctor, reader
from domains.certificates.demo import demo_authority_ensure, demo_pfx_write
from domains.certificates.doctor import judge
from domains.services.certificate_uploads import WORTH_KEEPING
from tests.builders.certificates import PASSWORD, leaf, pfx
from tests.builders.odd_pfx import mac_rounds, shrouded

HOST = "support.customers.test"


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.PORTAL_HOME = tmp_path
    settings.PORTAL_DEMO = True
    return tmp_path


def test_a_file_is_judged_in_a_process_of_its_own() -> None:
    found = judge(pfx(leaf(HOST)), PASSWORD, host=HOST)
    assert found.certificate is not None
    assert found.certificate.names == (HOST,)


def test_a_busy_server_says_so_and_nothing_about_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 0.001)
    refusal = judge(pfx(leaf(HOST)), PASSWORD, host=None).refusal
    assert refusal is not None
    assert refusal.code == "certificates:not-judged"
    assert "busy" in refusal.sentence
    assert refusal.code in WORTH_KEEPING


def test_the_longest_key_that_is_taken_has_room_on_a_slow_machine() -> None:
    """Opening RSA 8192 costs 3 s of computing on one core of 2026, and 4 others may be opened beside it."""
    assert reader.CPU_SECONDS >= 12
    assert doctor.PATIENCE_SECONDS >= 2 * reader.CPU_SECONDS


def test_a_reader_that_is_ended_by_its_limits_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "READER", ("-c", "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile 1: pass")
    )
    refusal = judge(pfx(leaf(HOST)), PASSWORD, host=None).refusal
    assert refusal is not None
    assert refusal.code == "certificates:too-costly"
    assert "12 seconds" in refusal.sentence
    assert "768 MB" in refusal.sentence


def test_a_key_that_is_too_long_is_told_from_outside_before_its_primes_are_tested() -> None:
    """RSA 16384 would cost half a minute; RSA 8192 is a key that the edge takes."""
    refusal = judge(shrouded(4_800), "x", host=None).refusal
    assert refusal is not None
    assert refusal.code == "certificates:wrong-password"
    refusal = judge(shrouded(9_300), "x", host=None).refusal
    assert refusal is not None
    assert refusal.code == "certificates:key-type"
    assert "longer than RSA 8192" in refusal.sentence


def test_the_reader_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, dict[str, str]] = {}

    def record(command: list[str], **how: object) -> None:
        seen["env"] = how["env"]  # type: ignore[assignment]
        assert PASSWORD not in " ".join(command)
        raise OSError

    monkeypatch.setenv("PORTAL_KEYRING", "one:key")
    monkeypatch.setattr("subprocess.run", record)
    with pytest.raises(OSError):  # noqa: PT011 - the one above
        judge(pfx(leaf(HOST)), PASSWORD, host=None)
    assert not [name for name in seen["env"] if name.startswith("PORTAL")]


def test_bombs_do_not_hold_up_the_others() -> None:
    bomb, answers = mac_rounds(pfx(leaf(HOST)), 2**31 - 1), []
    threads = [threading.Thread(target=lambda: answers.append(judge(bomb, "x", host=None))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found.refusal.code for found in answers if found.refusal] == ["certificates:too-costly"] * 6


def test_democert_writes_a_file_that_the_demo_trusts(home: Path) -> None:
    said = io.StringIO()
    call_command("democert", HOST, password="demo", stdout=said)
    path = Path(said.getvalue().strip())
    assert path == home / "demo-ca" / f"{HOST}.pfx"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = judge(path.read_bytes(), "demo", host=HOST)
    assert found.is_usable
    assert found.warnings == ()


def test_outside_the_demo_nobody_trusts_the_demo_authority(home: Path, settings: Settings) -> None:
    path = demo_pfx_write(home, HOST, "demo")
    settings.PORTAL_DEMO = False
    found = judge(path.read_bytes(), "demo", host=HOST)
    assert [check.code for check in found.warnings] == ["certificates:untrusted"]
    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        call_command("democert", HOST)


def test_democert_makes_a_password_where_none_is_given(home: Path) -> None:
    said = io.StringIO()
    call_command("democert", "*.customers.test", stdout=said)
    path, told = said.getvalue().splitlines()
    password = told.removeprefix("Password: ")
    assert judge(Path(path).read_bytes(), password, host="any.customers.test").is_usable


@pytest.mark.parametrize("host", ["../x.test", "localhost", "a b.test", "", "*.test"])
def test_democert_refuses_what_is_no_host_name(home: Path, host: str) -> None:
    with pytest.raises(CommandError, match="no host name"):
        call_command("democert", host, password="x")


def test_the_demo_authority_is_made_once(home: Path) -> None:
    first = demo_authority_ensure(home).read_bytes()
    assert demo_authority_ensure(home).read_bytes() == first
    assert stat.S_IMODE((home / "demo-ca").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "demo-ca" / "root.key").stat().st_mode) == 0o600
