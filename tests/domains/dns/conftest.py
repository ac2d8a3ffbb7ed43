"""Servers that tests of this folder ask."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack

import pytest
from pytest_django import Settings

from domains.dns import DnsReport, host_check
from tests.builders.dns import Answering, scripted_dns

EXPECTED = "contoso.portals.localhost"


class Network:
    """Scripted servers by number: name servers that the settings name, and resolvers."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self._settings, self._stack = settings, stack

    def name_servers(self, *answering: Answering) -> None:
        self._settings.PORTAL_DNS_AUTHORITATIVE = self._started(answering)

    def resolvers(self, *answering: Answering) -> None:
        self._settings.PORTAL_DNS_RESOLVERS = self._started(answering)

    def check(self, host: str = "support.customers.test", ownership: str = "") -> DnsReport:
        return host_check(host, expected=EXPECTED, ownership=ownership)

    def _started(self, answering: tuple[Answering, ...]) -> tuple[tuple[str, int], ...]:
        return tuple(("127.0.0.1", self._stack.enter_context(scripted_dns(one))) for one in answering)


@pytest.fixture
def network(settings: Settings) -> Generator[Network, None, None]:
    """Nothing answers until a test says who does."""
    settings.PORTAL_DNS_AUTHORITATIVE = settings.PORTAL_DNS_RESOLVERS = ()
    with ExitStack() as stack:
        yield Network(settings, stack)


@pytest.fixture(autouse=True)
def _here_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for who is silent, and this machine's own resolvers are left out."""
    monkeypatch.setattr("domains.dns.transport.PATIENCE", 0.3)
    monkeypatch.setattr("domains.dns.servers._system_resolvers", lambda: ())
