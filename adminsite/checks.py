"""System checks: what is missing or dangerous in this installation, in words, with what to do (``manage.py check``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from organizations.policy import POLICY, Action

LOWEST_FREE = 512 * 1024 * 1024

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def secrets_are_private(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Key files and the demo passwords belong to one account only."""
    return [
        Error(f"{path.name} can be read by other accounts of this machine.", hint=f"chmod 600 {path}", id="portal.E001")
        for path in _secret_files(settings.PORTAL_HOME)
        if path.stat().st_mode & 0o077
    ]


@register(Tags.files)
def home_can_be_written(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """All state of the embedded shape is written under PORTAL_HOME."""
    home: Path = settings.PORTAL_HOME
    if not home.exists():
        return []
    if not os.access(home, os.W_OK | os.X_OK):
        hint = "Give it to the account that runs the processes, or set PORTAL_HOME."
        return [Error("PORTAL_HOME cannot be written.", hint=hint, id="portal.E002")]
    if shutil.disk_usage(home).free < LOWEST_FREE:
        return [Warning("Less than 512 MiB are free where PORTAL_HOME is.", id="portal.W001")]
    return []


@register(Tags.security, deploy=True)
def nothing_of_the_demo_is_deployed(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Demo accounts share one password that is written in a file."""
    if not settings.PORTAL_DEMO:
        return []
    return [
        Warning("The demo data is on.", hint="Set PORTAL_DEMO=0 for an installation that people use.", id="portal.W002")
    ]


@register(Tags.files)
def extra_roots_can_be_read(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """PORTAL_TRUST_ROOTS names a PEM file; without it no call to a private authority can succeed."""
    path = settings.PORTAL_TRUST_ROOTS
    if not path or os.access(path, os.R_OK):
        return []
    return [Error("PORTAL_TRUST_ROOTS names a file that cannot be read.", id="portal.E003")]


@register(Tags.compatibility)
def every_action_has_a_policy(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """An action without a line in the policy table would be refused to everybody at run time only."""
    return [
        Error(f"The policy table does not say who may do {action.value}.", id="portal.E004")
        for action in Action
        if action not in POLICY
    ]


def _secret_files(home: Path) -> list[Path]:
    secrets = [path for path in (home / "secrets").glob("*") if path.is_file()]
    return [*secrets, *(path for path in [home / "demo-accounts.json"] if path.exists())]
