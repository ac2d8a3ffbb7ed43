"""Which addresses may be a hub's."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from analytics.errors import HubRefused

LONGEST = 400
ENTER_HTTPS = "Enter a hub URI that starts with https://"
_EVENT_HUBS = re.compile(r"\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$")


def hub_uri_clean(text: str) -> str:
    """The address without a slash at its end, its host in lower case.

    Raises:
        HubRefused: ``analytics:uri-invalid``, with the sentence that says what is wrong. Whether it leads into a
            private network is looked at for every request, at the moment of connecting.
    """
    uri = text.strip()
    if not uri.lower().startswith("https://"):
        raise _invalid(ENTER_HTTPS)
    if len(uri) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", uri):
        raise _invalid(f"Enter a hub URI without spaces, of at most {LONGEST} characters")
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as wrong:
        raise _invalid("Enter a hub URI whose host and port are valid") from wrong
    if parts.username is not None or parts.password is not None:
        raise _invalid("Enter the hub URI without a user name and password")
    if parts.query or parts.fragment or "?" in uri or "#" in uri:
        raise _invalid("Enter the hub URI without what follows ? or #")
    if not parts.hostname:
        raise _invalid("Enter a hub URI with the name of a host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}{f':{port}' if port and port != 443 else ''}{parts.path.rstrip('/')}"


def is_event_hubs(hub_uri: str) -> bool:
    """Whether the address is one of Azure Event Hubs: same triple, but only events can be sent there."""
    parts = urlsplit(hub_uri)
    return bool(_EVENT_HUBS.search(parts.hostname or "")) or parts.path.endswith("/messages")


def _invalid(sentence: str) -> HubRefused:
    return HubRefused(sentence, code="analytics:uri-invalid")
