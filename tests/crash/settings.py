"""The product's settings with a workflow that only tests have: its steps leave a trace outside the engine."""

from __future__ import annotations

from adminsite.settings import *  # noqa: F403
from adminsite.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.crash.traces"]
OPERATIONS_STEP_LIMIT_SECONDS = 8.0  # no traced step takes nearly as long, but the one that hangs
