"""Makes the features known: each package beside this file registers itself when it is imported."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import websites.features


def features_load() -> None:
    """Import every feature's package; a second time does nothing."""
    for found in iter_modules(websites.features.__path__):
        if found.ispkg:
            import_module(f"{websites.features.__name__}.{found.name}")
