"""What can be wrong with a host name or at the edge. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import Conflict, Unavailable


class HostTaken(Conflict):
    """Another portal answers at the host name."""

    default_code = "domains:host-taken"


class EdgeUnreachable(Unavailable):
    """The edge did not answer, or not in time, or with half an answer."""

    default_code = "domains:edge-unreachable"


class EdgeUntrusted(Unavailable):
    """The edge answered with a certificate that is not for this name or that nobody we trust has signed."""

    default_code = "domains:certificate-untrusted"


class NotPublished(Unavailable):
    """The edge answers, but not yet for this portal."""

    default_code = "domains:not-published"
