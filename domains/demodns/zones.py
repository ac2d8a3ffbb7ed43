"""Authoritative answers for the demo's zones, by the algorithm of RFC 1034 4.3.2 and the wildcards of RFC 4592."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dnslib import NS, QTYPE, RCODE, RR, SOA, A, DNSRecord

from domains.demodns.records import ZONES, Record, Records, zone_of

NEGATIVE_TTL = 5  # seconds for which "no such name" may be remembered
FIXED_TTL = 60
MOST_HOPS = 16


class Zones:
    """What the server asks for an answer (dnslib's resolver). Reads the file again when it was replaced."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._read: tuple[int, int] = (-1, -1)
        self._names: dict[str, list[Record]] = {}
        self._serial = 1

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        self._refresh()
        reply = request.reply(ra=0, aa=1)
        name = str(request.q.qname).lower().rstrip(".")
        if not zone_of(name):
            reply.header.rcode, reply.header.aa = RCODE.REFUSED, 0
            return reply
        self._answer(reply, name, QTYPE[request.q.qtype])
        return reply

    def _answer(self, reply: DNSRecord, name: str, type: str) -> None:
        """Follow aliases as long as they stay in the zones; a loop ends where it began."""
        seen: set[str] = set()
        while name not in seen and len(seen) < MOST_HOPS:
            seen.add(name)
            found = self._at(name)
            chosen = [rr for rr in found or () if type in {QTYPE[rr.rtype], "ANY"}]
            alias = next((rr for rr in found or () if QTYPE[rr.rtype] == "CNAME"), None)
            reply.add_answer(*(chosen or ([alias] if alias else [])))
            if chosen or alias is None:
                return self._say_no(reply, name, is_there=found is not None) if not chosen else None
            name = str(alias.rdata.label).lower().rstrip(".")
            if not zone_of(name):
                return None
        return None

    def _at(self, name: str) -> list[RR] | None:
        """The records of the name; [] where it is only on the way to others, None where it is not there."""
        fixed = _fixed(name, self._serial)
        if found := self._names.get(name, []):
            return [*fixed, *(record.wire() for record in found)]
        if fixed or self._is_on_the_way(name):
            return fixed
        return self._wildcard(name)

    def _wildcard(self, name: str) -> list[RR] | None:
        parent = name.partition(".")[2]
        while zone_of(parent):
            if found := self._names.get(f"*.{parent}"):
                return [Record(name, record.type, record.value, record.ttl).wire() for record in found]
            if parent in self._names or parent in ZONES or self._is_on_the_way(parent):
                return None  # the closest name that is there decides (RFC 4592 3.3.1)
            parent = parent.partition(".")[2]
        return None

    def _is_on_the_way(self, name: str) -> bool:
        return any(other.endswith(f".{name}") for other in self._names)

    def _say_no(self, reply: DNSRecord, name: str, *, is_there: bool) -> None:
        reply.header.rcode = RCODE.NOERROR if is_there else RCODE.NXDOMAIN
        reply.add_auth(_soa(zone_of(name), self._serial))

    def _refresh(self) -> None:
        try:
            found = self._records.path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
        except FileNotFoundError:
            stamp = (0, 0)
        if stamp != self._read:
            self._names = _by_name(self._records.all())
            self._read, self._serial = stamp, self._serial + 1


def _by_name(records: Iterable[Record]) -> dict[str, list[Record]]:
    names: dict[str, list[Record]] = {}
    for record in records:
        names.setdefault(record.name, []).append(record)
    return names


def _fixed(name: str, serial: int) -> list[RR]:
    """What every zone has: its own records, and its name server on loopback."""
    if name in ZONES:
        return [_soa(name, serial), RR(name, QTYPE.NS, rdata=NS(f"ns1.{name}"), ttl=FIXED_TTL)]
    if name.removeprefix("ns1.") in ZONES:
        return [RR(name, QTYPE.A, rdata=A("127.0.0.1"), ttl=FIXED_TTL)]
    return []


def _soa(zone: str, serial: int) -> RR:
    times = (serial, 60, 60, 86_400, NEGATIVE_TTL)  # serial, refresh, retry, expire, minimum
    return RR(zone, QTYPE.SOA, rdata=SOA(f"ns1.{zone}", f"hostmaster.{zone}", times), ttl=NEGATIVE_TTL)
