"""Where a request came from."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of who asked, as the edge saw it: the last one it wrote down, which no client can make up."""
    written = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    for candidate in (written, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return None
