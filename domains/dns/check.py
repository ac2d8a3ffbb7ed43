"""Looking at a host name's DNS records."""

from __future__ import annotations

from collections.abc import Iterable

from domains.dns.values import DnsReport, HostQuestion


def host_check(host: str, *, expected: str, ownership: str = "") -> DnsReport:
    """What DNS says of ``host`` now, with all the evidence. At most 40 packets and 15 seconds; never raises for DNS.

    Args:
        host: an A-label form, see :func:`domains.names.host_parse`.
        expected: the portal's own host name, of which ``host`` should be an alias.
        ownership: the value wanted in the TXT record ``_portal-verify.<host>``; "" = not asked.
    """
    raise NotImplementedError


def hosts_check(questions: Iterable[HostQuestion]) -> list[DnsReport]:
    """The same for many hosts at once, in their order."""
    raise NotImplementedError
