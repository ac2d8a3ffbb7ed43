"""The room's fixtures: a hub behind the port, and the same one behind HTTP."""

from __future__ import annotations

import pytest

from analytics import adapters
from organizations.client import transport
from tests.builders.hubs import FakeHub, HubMemory, WireHub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> HubMemory:
    """A hub that services reach through the port."""
    memory = HubMemory()
    monkeypatch.setattr(adapters, "hub_make", lambda triple, *, within=None: FakeHub(memory, triple))
    return memory


@pytest.fixture
def wire_hub(monkeypatch: pytest.MonkeyPatch) -> HubMemory:
    """A hub that the real client reaches; every address leads to it."""
    memory = HubMemory()
    monkeypatch.setattr(transport, "transport_make", lambda: WireHub(memory))
    return memory
