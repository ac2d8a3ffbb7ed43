"""Modules marked ``xdist_group("name")`` run on one worker, one after the other.

xdist 3.8 hands a test's group on in a field of its item that pytest 9.2 has no more: nothing was kept together, and
each worker started a whole product. What a module's text says is true in any version.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

_MARK = re.compile(r'xdist_group\("(\w+)"\)')


def group_of(module: Path) -> str:
    """The group that the module's ``pytestmark`` names; "" where it names none."""
    found = _MARK.search(module.read_text())
    return found[1] if found else ""


class ByModule(LoadGroupScheduling):  # type: ignore[misc]  # xdist tells no types
    """Hands out a group as a whole; tests without one go to whoever is free."""

    def __init__(self, config: pytest.Config, log: Producer | None) -> None:
        super().__init__(config, log)
        self._groups: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module not in self._groups:
            self._groups[module] = group_of(self.config.rootpath / module)
        return self._groups[module] or str(super()._split_scope(nodeid))
