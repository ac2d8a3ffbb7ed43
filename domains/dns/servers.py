"""Whom to ask about a host: the name servers of its zone, and a few resolvers."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

import dns.resolver
from django.conf import settings

from domains.demodns.records import zone_of as demo_zone_of
from domains.dns.addresses import is_public
from domains.dns.transport import Answer, Asker, Server
from domains.dns.values import Kind
from domains.names import registrable_domain

MOST_SERVERS = 5  # of a zone; asked four questions each, which leaves half of the packets for the rest
MOST_RESOLVERS = 3
PORT = 53  # of name servers that were found; no other one may be asked
MOST_STEPS = 6  # up from the host to its zone


@dataclass(frozen=True)
class Zone:
    """The zone of a host and its servers.

    Args:
        reason: the code of why there are no servers, such as ``domains:zone-missing``; "" when there are.
        detail: what the sentence of the reason names.
        left_out: how many of the zone's servers are not asked.
        is_configured: the servers come from the settings.
    """

    name: str = ""
    servers: tuple[Server, ...] = ()
    reason: str = ""
    detail: str = ""
    left_out: int = 0
    is_configured: bool = False


async def resolvers_find(host: str = "") -> tuple[Server, ...]:
    """The resolvers of the settings, else the demo's server for its own names, else the system's."""
    known = settings.PORTAL_DNS_RESOLVERS or _demo_for(host) or await asyncio.to_thread(_system_resolvers)
    return await _configured(known[:MOST_RESOLVERS], Kind.RESOLVER)


async def zone_find(asker: Asker, host: str, resolvers: tuple[Server, ...]) -> Zone:
    """The zone that answers for ``host``, found as a resolver would, or what the settings name."""
    if known := configured_for(host):
        servers = await _configured(known, Kind.AUTHORITATIVE)
        reason = "" if servers else "domains:zone-unreachable"
        return Zone(servers=servers, reason=reason, detail="Its servers' names do not resolve.", is_configured=True)
    name = host
    for _ in range(MOST_STEPS):
        answer = await resolve(asker, name, "NS", resolvers)
        if not answer.is_definite:
            return Zone(reason="domains:zone-unreachable", detail=answer.error)
        if names := answer.records("NS"):
            return await _zone(asker, name, names, resolvers)
        name = _further_up(answer, name)
        if not name or not registrable_domain(name):
            return await _missing(asker, registrable_domain(host), resolvers)
    return Zone(reason="domains:zone-unreachable", detail="Its zone was not found.")


async def caa_servers(host: str) -> tuple[Server, ...]:
    """Whom to ask for CAA records: resolvers, as an authority does, or the name servers that the settings name."""
    if known := configured_for(host):
        return await _configured(known, Kind.AUTHORITATIVE)
    return await resolvers_find(host)


def configured_for(host: str) -> tuple[tuple[str, int], ...]:
    """The name servers that the settings name for this host; () = they are to be found."""
    return tuple(settings.PORTAL_DNS_AUTHORITATIVE) or _demo_for(host)


def _demo_for(host: str) -> tuple[tuple[str, int], ...]:
    return tuple(settings.DEMO_DNS) if demo_zone_of(host) else ()


async def _missing(asker: Asker, domain: str, resolvers: tuple[Server, ...]) -> Zone:
    """No such domain, if every resolver says so: a single one may be disturbed, or lie."""
    answers = await asyncio.gather(*(asker.ask(server, domain, "NS") for server in resolvers))
    if all(answer.is_definite and not answer.records("NS") for answer in answers):
        return Zone(reason="domains:zone-missing", detail=domain)
    return Zone(reason="domains:zone-unreachable", detail="The resolvers do not agree whether its domain is there.")


async def resolve(asker: Asker, name: str, type: str, servers: tuple[Server, ...]) -> Answer:
    """The first usable answer of the servers, asked one after another; the last one's where none is."""
    answer = Answer(Server("", "-", kind=Kind.RESOLVER), name, type, error="No resolver is configured.")
    for server in servers:
        answer = await asker.ask(server, name, type)
        if answer.is_definite:
            return answer
    return answer


def _further_up(answer: Answer, name: str) -> str:
    """Where to look next: the zone that the answer names, else the parent (an alias's SOA is not its own)."""
    zone = answer.zone
    if zone and zone != name and name.endswith(f".{zone}") and not answer.alias:
        return zone
    return name.partition(".")[2]


async def _zone(asker: Asker, name: str, names: tuple[str, ...], resolvers: tuple[Server, ...]) -> Zone:
    asked = sorted(names)[:MOST_SERVERS]
    found = await asyncio.gather(*(_addresses(asker, server, resolvers) for server in asked))
    servers = [Server(name, at, PORT) for name, addresses in zip(asked, found, strict=True) for at in addresses]
    allowed = tuple(server for server in servers if settings.PORTAL_DNS_ALLOW_PRIVATE or is_public(server.address))
    if servers and not allowed:
        return Zone(name, reason="domains:zone-private", detail=", ".join(map(str, servers)))
    if not servers:
        return Zone(name, reason="domains:zone-unreachable", detail="None of its name servers has an address.")
    return Zone(name, allowed, left_out=len(names) - len({server.name for server in allowed}))


async def _addresses(asker: Asker, name: str, resolvers: tuple[Server, ...]) -> tuple[str, ...]:
    """One address of a name server: IPv4 where it has one, because IPv6 does not leave every network."""
    for type in ("A", "AAAA"):
        answer = await resolve(asker, name, type, resolvers)
        if found := answer.records(type):
            return found[:1]
    return ()


async def _configured(known: tuple[tuple[str, int], ...], kind: Kind) -> tuple[Server, ...]:
    found = [host if _is_address(host) else await asyncio.to_thread(_resolved, host, port) for host, port in known]
    return tuple(
        Server(host if host != address else "", address, port, kind)
        for (host, port), address in zip(known, found, strict=True)
        if address
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _resolved(host: str, port: int) -> str:
    """The address of a server of the settings, which may be named (as a container is)."""
    try:
        return str(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][4][0])
    except OSError:
        return ""


def _system_resolvers() -> tuple[tuple[str, int], ...]:
    try:
        system = dns.resolver.Resolver(configure=True)
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(address), system.port) for address in system.nameservers)
