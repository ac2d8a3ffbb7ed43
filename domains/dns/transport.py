"""One question to one server, within the budget of one look: packets and seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset

from domains.dns.values import Evidence, Kind

MOST_PACKETS = 40
MOST_SECONDS = 15.0
PATIENCE = 2.0  # seconds for one packet's answer
TRIES = 2  # a packet may be lost
PAYLOAD = 1232  # no fragments (DNS flag day 2020); longer answers come over TCP
SHOWN_ANSWERS, SHOWN_LENGTH = 8, 300


@dataclass(frozen=True)
class Server:
    """Whom to ask. ``name`` is for people; "" where only the address is known."""

    name: str
    address: str
    port: int = 53
    kind: Kind = Kind.AUTHORITATIVE

    def __str__(self) -> str:
        address = f"{self.address}:{self.port}" if self.port != 53 else self.address
        return f"{self.name} ({address})" if self.name else address


@dataclass(frozen=True)
class Answer:
    """What came back. ``error`` is why nothing can be concluded from it, "" where something can."""

    server: Server
    name: str
    type: str
    message: dns.message.Message | None = None
    error: str = ""
    milliseconds: int = 0

    @property
    def is_definite(self) -> bool:
        return not self.error

    @property
    def rcode(self) -> str:
        return dns.rcode.to_text(self.message.rcode()) if self.message else ""

    def rrset(self, type: str) -> dns.rrset.RRset | None:
        """The records of that type at the very name that was asked, not those further along a chain of aliases."""
        wanted, owner = dns.rdatatype.from_text(type), dns.name.from_text(self.name)
        found = self.message.answer if self.message else []
        return next((rrset for rrset in found if rrset.rdtype == wanted and rrset.name == owner), None)

    def records(self, type: str) -> tuple[str, ...]:
        return tuple(_text(record) for record in self.rrset(type) or ())

    @property
    def alias(self) -> str:
        """Where the name's CNAME points, "" without one. Several CNAMEs (forbidden) count as the first."""
        return next(iter(self.records("CNAME")), "")

    @property
    def zone(self) -> str:
        """The zone that says no, from the SOA record beside the answer; "" where there is none."""
        soa = self._soa()
        return _name(soa.name) if soa else ""

    @property
    def ttl(self) -> int | None:
        """Seconds for which a resolver may remember this answer, or this no (RFC 2308 5)."""
        if not self.message or not self.is_definite:
            return None
        if found := self.rrset(self.type) or self.rrset("CNAME"):
            return int(found.ttl)
        soa = self._soa()
        return min(int(soa.ttl), int(soa[0].minimum)) if soa else None

    def evidence(self) -> Evidence:
        return Evidence(
            server=str(self.server),
            kind=str(self.server.kind),
            question=f"{self.name} {self.type}",
            rcode=self.rcode,
            answers=self._answers(),
            ttl=self.ttl,
            milliseconds=self.milliseconds,
            error=self.error,
        )

    def _answers(self) -> tuple[str, ...]:
        types = ("CNAME",) if self.type == "CNAME" else ("CNAME", self.type)
        found = [f"{type} {record}"[:SHOWN_LENGTH] for type in types for record in self.records(type)]
        return tuple(found[:SHOWN_ANSWERS])

    def _soa(self) -> dns.rrset.RRset | None:
        authority = self.message.authority if self.message else []
        return next((rrset for rrset in authority if rrset.rdtype == dns.rdatatype.SOA), None)


@dataclass
class Asker:
    """Asks, and counts what it costs. One for each look at one host."""

    packets: int = MOST_PACKETS
    seconds: float = MOST_SECONDS
    evidence: list[Evidence] = field(default_factory=list)
    _until: float = 0.0

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds

    async def ask(self, server: Server, name: str, type: str) -> Answer:
        """The server's answer; never raises for what a server or a network can do. Every answer is kept as evidence."""
        began = time.monotonic()
        message, error = await self._exchange(server, name, type)
        taken = int((time.monotonic() - began) * 1000)
        answer = Answer(server, name, type, message, error or _fault(message, server), taken)
        self.evidence.append(answer.evidence())
        return answer

    async def _exchange(self, server: Server, name: str, type: str) -> tuple[dns.message.Message | None, str]:
        try:
            query = dns.message.make_query(name + ".", type, use_edns=0, payload=PAYLOAD)
        except dns.exception.DNSException:
            return None, "The name is too long to be asked for."
        if server.kind == Kind.AUTHORITATIVE:
            query.flags &= ~dns.flags.RD
        for _ in range(TRIES):
            if not self._spend():
                return None, "Not asked: this look has used up its packets and seconds."
            try:
                return await self._send(query, server), ""
            except TimeoutError:
                continue
            except dns.exception.Timeout:
                continue
            except OSError as wrong:
                return None, f"Cannot be reached: {wrong.strerror or 'no connection'}."
            except (dns.exception.DNSException, EOFError, ValueError):
                return None, "Answered with something that is not DNS."
        return None, "Did not answer in time."

    async def _send(self, query: dns.message.Message, server: Server) -> dns.message.Message:
        patience = max(0.05, min(PATIENCE, self._until - time.monotonic()))
        answer = await dns.asyncquery.udp(
            query, server.address, patience, server.port, ignore_unexpected=True, ignore_errors=True
        )
        if not answer.flags & dns.flags.TC:
            return answer
        if not self._spend():
            raise TimeoutError
        return await dns.asyncquery.tcp(query, server.address, patience, server.port)

    def _spend(self) -> bool:
        self.packets -= 1
        return self.packets >= 0 and time.monotonic() < self._until


def _fault(message: dns.message.Message | None, server: Server) -> str:
    """Why nothing can be concluded from an answer that came in good form."""
    if message is None:
        return "Did not answer in time."
    rcode = message.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return f"Answered {dns.rcode.to_text(rcode)}: it cannot or will not say."
    is_referral = not message.answer and not message.flags & dns.flags.AA and _has_only_servers(message)
    if server.kind == Kind.AUTHORITATIVE and rcode == dns.rcode.NOERROR and is_referral:
        return "Knows nothing of this domain and refers to others."
    return ""


def _has_only_servers(message: dns.message.Message) -> bool:
    types = {rrset.rdtype for rrset in message.authority}
    return dns.rdatatype.SOA not in types


def _text(record: dns.rdata.Rdata) -> str:
    if record.rdtype == dns.rdatatype.CNAME:
        return _name(record.target)  # type: ignore[attr-defined]
    if record.rdtype == dns.rdatatype.NS:
        return _name(record.target)  # type: ignore[attr-defined]
    if record.rdtype == dns.rdatatype.TXT:
        return b"".join(record.strings).decode("ascii", "backslashreplace")  # type: ignore[attr-defined]
    return record.to_text()


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
