"""Fixtures that every test may use. The cast: Alice (system administrator), Bob (customizer), Charlie (stranger)."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from django.test import override_settings
from xdist.remote import Producer

from tests.builders.stack import Stack, stack_running
from tests.emptying import emptied_quickly
from tests.groups import ByModule


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByModule | None:
    return ByModule(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_quickly(django_test_environment: None) -> Generator[None, None, None]:
    """By the hasher that Django's manual names for tests: the product's takes a third of a second, on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def only_filled_tables_are_emptied() -> Generator[None, None, None]:
    with emptied_quickly():
        yield


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack, None, None]:
    """The whole product, started once by `manage.py up` with demo data. For tests marked ``stack``.

    Group them (``xdist_group("stack")``), or each worker of a parallel run starts one of its own.
    """
    with stack_running(tmp_path_factory.mktemp("stack"), PORTAL_DEMO="1") as running:
        yield running
