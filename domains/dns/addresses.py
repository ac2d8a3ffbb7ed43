"""Which addresses a name server may have before we send it a packet.

``is_global`` alone would let multicast, NAT64, 6to4 and Teredo through, behind which a private address can stand
(RFC 6052, RFC 3056, RFC 4380), and a mapped IPv4 address would be judged by the form and not by what it maps to.
"""

from __future__ import annotations

import ipaddress

TRANSLATED = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


def is_public(text: str) -> bool:
    """Whether the address belongs to one machine on the public internet. False for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address.scope_id or any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
