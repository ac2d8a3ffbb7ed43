"""Where a request may go: our own edge for our own names, public addresses for all others, nothing else."""

from __future__ import annotations

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass

import httpx
from django.conf import settings

from organizations.errors import OrganizationRefused, OrganizationUnavailable

RESOLVE_SECONDS = 5.0
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


@dataclass(frozen=True)
class Target:
    """Where to connect to for a URL, and whether that is our own edge."""

    address: str
    port: int
    is_edge: bool


def target_for(url: httpx.URL) -> Target:
    """Where a request for ``url`` connects to.

    Names under the administration center's own host are never resolved: they are our edge. All other names must resolve
    to public addresses only, and the request connects to the very address that was checked.

    Raises:
        OrganizationRefused: not https, or a private address.
        OrganizationUnavailable: the name does not resolve now.
    """
    if url.scheme != "https":
        raise _refused(url, "only https:// addresses are allowed")
    if is_own(url.host):
        host, _, port = settings.PORTAL_EDGE_ADDRESS.rpartition(":")
        return Target(host, int(port), is_edge=True)
    return Target(_public_address(url), url.port or 443, is_edge=False)


def is_own(host: str) -> bool:
    """Whether the name is the administration center's own, or beneath it."""
    own = settings.PORTAL_ADMIN_HOST
    return host == own or host.endswith(f".{own}")


def _public_address(url: httpx.URL) -> str:
    addresses = _resolve(url.host)
    if any(not _is_public(address) for address in addresses):
        raise _refused(url, "it leads to an address of a private network")
    return addresses[0]


def _resolve(host: str) -> list[str]:
    try:
        found = _resolvers.submit(socket.getaddrinfo, host, 443, 0, socket.SOCK_STREAM).result(RESOLVE_SECONDS)
    except (OSError, UnicodeError, TooSlow) as wrong:
        raise OrganizationUnavailable(
            f"The name {host} does not resolve to an address.", code="organizations:name-unknown"
        ) from wrong
    return [str(entry[4][0]) for entry in found]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        # An IPv4 address in IPv6 clothes counts as what it is (::ffff:127.0.0.1, 6to4, Teredo, NAT64).
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is not None:
            parsed = inner
        elif parsed in ipaddress.IPv6Network("64:ff9b::/96"):
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
    return parsed.is_global and not parsed.is_multicast


def _refused(url: httpx.URL, why: str) -> OrganizationRefused:
    return OrganizationRefused(
        f"The address {url.scheme}://{url.host} cannot be used: {why}.", code="organizations:address-refused"
    )
