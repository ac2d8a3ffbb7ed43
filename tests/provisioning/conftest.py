from __future__ import annotations

import pytest

from domains import adapters
from provisioning import live
from provisioning.services import preflight
from provisioning.steps import address
from provisioning.steps import organization as inside
from tests.builders.provisioning import Scene, scene
from tests.provisioning.world import World


@pytest.fixture
def people(db: None) -> Scene:
    return scene()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything outside provisioning, in memory."""
    made = World()
    monkeypatch.setattr(inside, "organization_refresh", made.refresh)
    monkeypatch.setattr(inside, "solution_ensure_installed", made.install)
    monkeypatch.setattr(inside, "content_ensure_imported", made.content)
    monkeypatch.setattr(inside, "website_ensure_created", made.website)
    monkeypatch.setattr(inside, "administrator_ensure_appointed", made.administrator)
    monkeypatch.setattr(inside, "installed_solutions", lambda organization: made.installed)
    monkeypatch.setattr(live, "live_look", lambda organization: made.installed)
    monkeypatch.setattr(preflight, "live_look", lambda organization: made.installed)
    monkeypatch.setattr(adapters, "edge_make", lambda: made.edge)
    monkeypatch.setattr(address, "LOOK_SECONDS", 0.0)
    return made
