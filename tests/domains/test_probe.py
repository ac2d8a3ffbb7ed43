"""The probe's signature: this portal, this minute, nothing else."""

from __future__ import annotations

import uuid

import pytest
from pytest_django import Settings

from domains.probe import probe_is_signed, probe_signature

PORTAL, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
NOW = 1_000_000_020.0  # in the middle of a minute


def test_a_signature_made_now_is_good_now() -> None:
    assert probe_is_signed(probe_signature(PORTAL), PORTAL)


@pytest.mark.parametrize("seconds", [-60, 0, 60])
def test_clocks_may_differ_by_a_minute(seconds: float) -> None:
    assert probe_is_signed(probe_signature(PORTAL, now=NOW), PORTAL, now=NOW + seconds)


@pytest.mark.parametrize("seconds", [-180, 180, 86_400])
def test_an_old_signature_is_worthless(seconds: float) -> None:
    assert not probe_is_signed(probe_signature(PORTAL, now=NOW), PORTAL, now=NOW + seconds)


def test_a_signature_is_for_one_portal() -> None:
    assert not probe_is_signed(probe_signature(PORTAL), OTHER)


@pytest.mark.parametrize("value", ["", "x", "ü" * 64, str(PORTAL), "0" * 64])
def test_anything_else_is_no_signature(value: str) -> None:
    assert not probe_is_signed(value, PORTAL)


def test_another_installations_signature_is_worthless(settings: Settings) -> None:
    settings.SECRET_KEY = "another installation"
    signature = probe_signature(PORTAL)
    settings.SECRET_KEY = "this installation"
    assert not probe_is_signed(signature, PORTAL)
