"""Portals whose run has failed."""

from __future__ import annotations

from typing import Any

from operations.models import Operation
from operations.workflow import StepFailed
from portals.models import Portal
from tests.builders.operations import run_to_end
from tests.builders.provisioning import Scene
from tests.provisioning.world import World, raising


def failed(people: Scene, world: World, at: str, **changes: Any) -> Portal:
    """A portal whose run stopped at that act; the cause is gone."""
    world.before[at] = raising(StepFailed("The organization said no.", code="solutions:install-failed"))
    operation = run_to_end(people.submit(**changes).pk)
    world.before.clear()
    assert operation.status == Operation.Status.FAILED
    return Portal.objects.get(pk=operation.resource_id)
