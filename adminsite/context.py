"""What the shell around every page needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


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
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The tabs, whether this is the demo, and the version."""
    return {
        "tabs": [Tab(title, reverse(name), request.path.startswith(prefixes)) for title, name, prefixes in TABS],
        "is_demo": settings.PORTAL_DEMO,
        "product_version": product_version(),
    }


@lru_cache
def product_version() -> str:
    """The version, from the installed distribution or, where it runs from its folder, from pyproject.toml."""
    try:
        return version("portal-administration-center")
    except PackageNotFoundError:
        import tomllib

        return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])
