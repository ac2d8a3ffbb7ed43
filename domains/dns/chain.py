"""Where an alias leads, followed by ourselves: no resolver's word for it, and no end without end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from domains.dns.servers import Zone, configured_for, resolve
from domains.dns.transport import Asker, Server

MOST_HOPS = 8


@dataclass(frozen=True)
class Chain:
    """The names from the host on.

    Args:
        is_reached: the last one is the expected name.
        is_broken: the last one could not be asked, so nothing is known.
    """

    names: tuple[str, ...]
    is_reached: bool = False
    is_loop: bool = False
    is_too_long: bool = False
    is_broken: bool = False

    @property
    def text(self) -> str:
        return " → ".join(self.names)


async def chain_follow(
    asker: Asker, host: str, alias: str, expected: str, zone: Zone, resolvers: tuple[Server, ...]
) -> Chain:
    """Follow ``alias`` until the expected name, an end, a loop or 8 hops."""
    chain = Chain((host,))
    while True:
        if alias in chain.names:
            return replace(chain, names=(*chain.names, alias), is_loop=True)
        chain = replace(chain, names=(*chain.names, alias))
        if alias == expected:
            return replace(chain, is_reached=True)
        if alias.endswith(f".{settings.PORTAL_BASE_DOMAIN}"):
            return chain  # another portal's name: what our own zone says of it is no news
        if len(chain.names) > MOST_HOPS:
            return replace(chain, is_too_long=True)
        answer = await resolve(asker, alias, "CNAME", _servers(alias, zone, resolvers))
        if not answer.is_definite:
            return replace(chain, is_broken=True)
        if not answer.alias:
            return chain
        alias = answer.alias


def _servers(name: str, zone: Zone, resolvers: tuple[Server, ...]) -> tuple[Server, ...]:
    """The zone's own servers for its names, resolvers for all others."""
    if zone.is_configured:
        return zone.servers if configured_for(name) else resolvers
    is_own = zone.name and (name == zone.name or name.endswith(f".{zone.name}"))
    return zone.servers if is_own else resolvers
