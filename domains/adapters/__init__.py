"""The edge, real and fake. :func:`edge` is what services ask."""

from __future__ import annotations

from collections.abc import Callable

from domains.adapters.https import HttpsEdge
from domains.ports import Edge

# Tests put a fake here.
edge_make: Callable[[], Edge] = HttpsEdge


def edge() -> Edge:
    """The edge of this installation."""
    return edge_make()
