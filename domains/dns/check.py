"""Looking at host names' DNS records: the two doors for code that is not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from domains.dns.caa import caa_look
from domains.dns.look import look
from domains.dns.servers import caa_servers
from domains.dns.sweep import sweep
from domains.dns.transport import Asker
from domains.dns.values import DnsReport, HostQuestion, Note


def host_check(host: str, *, expected: str, ownership: str = "", issuers: tuple[str, ...] = ()) -> DnsReport:
    """What DNS says of ``host`` now, with all the evidence. At most 40 packets and 15 seconds; never raises for DNS.

    Args:
        host: as A-labels, see :func:`domains.names.host_parse`.
        expected: the portal's own host name, of which ``host`` should be an alias.
        ownership: the value wanted in the TXT record ``_portal-verify.<host>``; "" = not asked.
        issuers: the names of a certificate authority in CAA records; () = they are not asked.
    """
    return asyncio.run(look(HostQuestion(host, expected, ownership), issuers=issuers))


def caa_check(host: str, *, issuers: tuple[str, ...]) -> Note | None:
    """Whether an authority of these names may issue for ``host`` (RFC 8659): None = yes, else why not."""
    return asyncio.run(_caa(host, issuers))


async def _caa(host: str, issuers: tuple[str, ...]) -> Note | None:
    return await caa_look(Asker(), host, issuers, await caa_servers(host))


def hosts_check(questions: Iterable[HostQuestion]) -> list[DnsReport]:
    """The same for many hosts at once, in their order.

    First each is asked for its CNAME alone. Only where that is not right everything is asked, as above: so a report
    that says ``ok`` here carries little evidence, tells nothing of the TXT record, and costs a packet or two.
    """
    return asyncio.run(sweep(questions))
