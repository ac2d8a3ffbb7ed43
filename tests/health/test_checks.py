"""The system checks: each finds what it is there for, and a sound installation has nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from adminsite import checks


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.PORTAL_HOME = tmp_path
    (tmp_path / "secrets").mkdir()
    return tmp_path


def test_a_sound_installation_has_nothing_to_say(home: Path, settings: Settings) -> None:
    key = home / "secrets" / "portal_keyring"
    key.write_text("k1:x")
    key.chmod(0o600)
    settings.PORTAL_DEMO, settings.PORTAL_TRUST_ROOTS = False, ""
    every = (
        checks.secrets_are_private,
        checks.home_can_be_written,
        checks.nothing_of_the_demo_is_deployed,
        checks.extra_roots_can_be_read,
        checks.every_action_has_a_policy,
    )
    assert [message for check in every for message in check(None)] == []


@pytest.mark.parametrize("name", ["secrets/portal_keyring", "demo-accounts.json"])
def test_a_secret_that_others_can_read_is_found(home: Path, name: str) -> None:
    (home / name).write_text("x")
    (home / name).chmod(0o644)
    assert [message.id for message in checks.secrets_are_private(None)] == ["portal.E001"]


def test_demo_data_in_a_deployment_is_told(settings: Settings) -> None:
    settings.PORTAL_DEMO = True
    assert [message.id for message in checks.nothing_of_the_demo_is_deployed(None)] == ["portal.W002"]


def test_a_file_of_roots_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_TRUST_ROOTS = str(tmp_path / "missing.pem")
    assert [message.id for message in checks.extra_roots_can_be_read(None)] == ["portal.E003"]


def test_a_disk_that_runs_full_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LOWEST_FREE", 2**63)
    assert [message.id for message in checks.home_can_be_written(None)] == ["portal.W001"]
