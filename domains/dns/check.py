"""Looking at host names' DNS records: the two doors for code that is not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from domains.dns.look import look
from domains.dns.sweep import sweep
from domains.dns.values import DnsReport, HostQuestion


def host_check(host: str, *, expected: str, ownership: str = "", issuers: tuple[str, ...] = ()) -> DnsReport:
    """What DNS says of ``host`` now, with all the evidence. At most 40 packets and 15 seconds; never raises for DNS.

    Args:
        host: as A-labels, see :func:`domains.names.host_parse`.
        expected: the portal's own host name, of which ``host`` should be an alias.
        ownership: the value wanted in the TXT record ``_portal-verify.<host>``; "" = not asked.
        issuers: the names of a certificate authority in CAA records; () = they are not asked.
    """
    return asyncio.run(look(HostQuestion(host, expected, ownership), issuers=issuers))


def hosts_check(questions: Iterable[HostQuestion]) -> list[DnsReport]:
    """The same for many hosts at once, in their order.

    First each is asked for its CNAME alone. Only where that is not right everything is asked, as above: so a report
    that says ``ok`` here carries little evidence, tells nothing of the TXT record, and costs a packet or two.
    """
    return asyncio.run(sweep(questions))
