"""Places where a test lets the process die, as if the power had gone: ``PORTAL_FAULT_POINT=name[:count]``.

The process kills itself with SIGKILL the ``count``-th time (first, where no count is given) it passes the named point.
Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "start.before_commit",
    "start.committed",
    "claim.before",
    "claim.committed",
    "step.before",
    "step.acted",
    "step.committed",
    "release.before",
    "release.committed",
    "final.before",
    "final.called_back",
    "final.committed",
    "cancel.requested",
    "reconcile.taken",
    "reconcile.published",
)

_name = ""
_left = 0


def arm(point: str) -> None:
    """Choose where this process dies: ``name`` or ``name:count``; nowhere where it is empty."""
    global _name, _left
    _name, _, count = point.partition(":")
    _left = int(count or 1)


def faultpoint(name: str) -> None:
    """Die here, if the environment asks for it."""
    if name == _name:
        _pass()


def _pass() -> None:
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("PORTAL_FAULT_POINT", ""))
