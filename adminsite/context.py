"""What the shell around every page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse

from core.models import User
from organizations.policy import Action, reach_of

MINUTE = 60


@dataclass(frozen=True)
class Tab:
    """One tab of the Administration Center."""

    title: str
    url: str
    is_current: bool


TABS = (
    ("Instances", "instances", ("/instances/",)),
    ("Applications", "applications", ("/applications/", "/portals/")),
    ("Solutions", "solutions", ("/solutions/",)),
    ("Certificates", "certificates", ("/certificates/",)),
    ("Customer Insights", "hubs", ("/insights/",)),
    ("Cases", "cases", ("/cases/",)),
)
# Tabs for some roles alone. The others show everybody what they may see.
GUARDED = {"cases": Action.CASE_VIEW, "hubs": Action.HUB_VIEW}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The tabs, whether this is the demo, and the version."""
    return {
        "tabs": lambda: _tabs(request),  # parts of pages show none, and shall not ask for them
        "is_demo": settings.PORTAL_DEMO,
        "product_version": product_version(),
    }


def _tabs(request: HttpRequest) -> list[Tab]:
    allowed = _allowed(request)
    return [
        Tab(title, reverse(name), request.path.startswith(prefixes))
        for title, name, prefixes in TABS
        if name not in GUARDED or GUARDED[name] in allowed
    ]


def _allowed(request: HttpRequest) -> frozenset[Action]:
    """Which guarded tabs the reader has a use for; kept a minute, since the pages behind them ask again."""
    user = request.user
    if not user.is_authenticated:
        return frozenset()
    found = caches["process"].get_or_set(f"tabs:{user.pk}", lambda: _asked(user), MINUTE)
    return frozenset(found or ())


def _asked(user: User) -> frozenset[Action]:
    reach = reach_of(user)
    return frozenset(action for action in GUARDED.values() if reach.may(action))


@lru_cache
def product_version() -> str:
    """The version, from the installed distribution or, where it runs from its folder, from pyproject.toml."""
    try:
        return version("portal-administration-center")
    except PackageNotFoundError:
        import tomllib

        return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])
