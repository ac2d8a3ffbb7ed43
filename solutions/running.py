"""Runs that work on an organization's solutions now: the runs of this room, and those of portals that install some."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from operations.models import Operation
from solutions.plan import IMPORTS, INSTALL, RESOURCE, UNINSTALL


@dataclass(frozen=True)
class Running:
    """Active runs of one organization. ``own`` is this room's run, if there is one."""

    runs: tuple[Operation, ...]

    @property
    def own(self) -> Operation | None:
        return next((run for run in self.runs if run.resource_type == RESOURCE), None)

    @property
    def label(self) -> str:
        """What is being worked on, in words; "" where nothing is."""
        run = self.own or next(iter(self.runs), None)
        return run.resource_label if run else ""

    def is_installing(self, unique_name: str) -> bool:
        """Whether a run is at it, or was asked for it."""
        asked = any(run.input.get("unique_name") == unique_name and _kind(run) != "uninstall" for run in self.runs)
        return asked or self._is_at(unique_name, IMPORTS)

    def is_uninstalling(self, unique_name: str) -> bool:
        return self._is_at(unique_name, (UNINSTALL,)) or any(
            run.input.get("unique_name") == unique_name and _kind(run) == "uninstall" for run in self.runs
        )

    def _is_at(self, unique_name: str, steps: Iterable[str]) -> bool:
        current = (run.plan[run.step] for run in self.runs if run.step < len(run.plan))
        return any(step["argument"] == unique_name and step["name"] in steps for step in current)


def running_in(organization_id: uuid.UUID) -> Running:
    """What works on the organization's solutions at this moment. One query."""
    works = Q(resource_type=RESOURCE) | Q(plan__contains=[{"name": INSTALL}])
    active = Operation.objects.active().filter(works, organization_id=organization_id)
    return Running(tuple(active.order_by("created_at")))


def _kind(run: Operation) -> str:
    return str(run.input.get("kind", ""))
