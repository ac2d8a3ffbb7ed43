"""What is outside provisioning, in memory: the organization's content, its solutions, and the edge."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domains.adapters.fake import FakeEdge
from operations.workflow import Done, Wait
from organizations.models import Organization
from solutions.website import Administrator


@dataclass
class World:
    """Things that were made, in their order, and switches: ``before`` and ``after`` may raise at an act by its name."""

    edge: FakeEdge = field(default_factory=FakeEdge)
    made: list[str] = field(default_factory=list)
    installed: dict[str, str] = field(default_factory=dict)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)
    waits: dict[str, int] = field(default_factory=dict)

    def refresh(self, *, organization_id: uuid.UUID) -> None:
        self._switch(self.before, "refresh")

    def install(self, *, organization: Organization, unique_name: str, log: Callable[[str], None]) -> Done | Wait:
        if self.waits.get(unique_name, 0) > 0:
            self.waits[unique_name] -= 1
            return Wait(timedelta(seconds=1), f"The organization is importing {unique_name}.")
        return self._make(f"install {unique_name}", log)

    def content(self, *, lcid: int, portal_type: str, log: Callable[[str], None], **more: Any) -> Done | Wait:
        return self._make(f"content {portal_type} {lcid} {more['website_name']}", log)

    def website(self, *, website_id: uuid.UUID, website_name: str, log: Callable[[str], None], **more: Any) -> Done:
        return self._make(f"website {website_name}", log)

    def administrator(self, *, administrator: Administrator, log: Callable[[str], None], **more: Any) -> Done:
        return self._make(f"administrator {administrator.name}", log)

    def _make(self, name: str, log: Callable[[str], None]) -> Done:
        """Look, act, look again, as the real ones do."""
        self._switch(self.before, name)
        if name in self.made:
            return Done(message=f"{name} is there already", skipped=True)
        self.made.append(name)
        log(f"{name} was made")
        self._switch(self.after, name)
        return Done(message=name)

    def _switch(self, switches: dict[str, Callable[[], None]], name: str) -> None:
        for begun, act in switches.items():
            if name.startswith(begun):
                act()


def raising(error: BaseException, *, times: int = 1_000_000) -> Callable[[], None]:
    """Raises ``error`` the first ``times`` times."""
    left = [times]

    def act() -> None:
        if left[0] > 0:
            left[0] -= 1
            raise error

    return act
