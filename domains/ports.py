"""The edge as we see it from outside: what a visitor's browser would get. Adapters: a real one and a fake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class EdgeAnswer:
    """What the edge answered over TLS.

    Args:
        headers: names in lower case.
        portal_id: the header Portal-Id, "" where the answer had none.
        certificate_names: DNS names of the certificate, such as ``*.portals.localhost``.
        body: the beginning of the page.
        chain: the certificates as they were sent, DER, the leaf first.
    """

    status: int
    headers: Mapping[str, str]
    portal_id: str
    certificate_names: tuple[str, ...]
    body: str
    chain: tuple[bytes, ...] = ()


class Edge(Protocol):
    """Asks the edge for a page."""

    def probe(
        self,
        host: str,
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        is_compared: bool = False,
        is_custom: bool = False,
    ) -> EdgeAnswer:
        """The edge's answer for ``host``, whatever its status; redirects are answers.

        Args:
            is_compared: the caller compares ``chain`` with what it expects, so that nothing is verified.
            is_custom: a host of a customer's own, whose certificate a public authority may have signed.

        Raises:
            EdgeUnreachable: no complete answer came in time.
            EdgeUntrusted: the certificate is not for ``host`` or not signed by whom we trust.
        """


def names_cover(names: tuple[str, ...], host: str) -> bool:
    """Whether a certificate with these DNS names is for ``host`` (RFC 6125 6.4.3: a star stands for one label)."""
    parent = host.partition(".")[2]
    return any(name.lower() in {host, f"*.{parent}"} for name in names)
