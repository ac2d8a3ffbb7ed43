"""``python -m adminsite.embedded WANTED``: what `manage.py up` becomes, small and without Django."""

from __future__ import annotations

import sys
from pathlib import Path

from adminsite.embedded.caddy import listen_addresses
from adminsite.embedded.foreground import Foreground
from adminsite.embedded.home import AlreadyRunning, Home
from adminsite.embedded.leftovers import leftovers_end
from adminsite.embedded.plan import Wanted, plan_make
from adminsite.embedded.ports import port_is_free, port_needs_root


def main() -> int:
    wanted = Wanted.from_text(sys.argv[1])
    home = Home(Path(wanted.home))
    try:
        home.prepare()
        lock = home.lock()
    except AlreadyRunning:
        return _refuse(f"Another start runs in {home.path}. Stop it, or give this one its own PORTAL_HOME and ports.")
    except OSError as wrong:
        return _refuse(f"PORTAL_HOME holds {wanted.home!r}, where nothing can be written: {wrong.strerror}.")
    with lock:
        leftovers_end(home)  # they may hold the ports that are looked at next
        return _refuse(reason) if (reason := ports_check(wanted)) else Foreground(plan_make(wanted)).run()


def ports_check(wanted: Wanted) -> str:
    """Why the edge, or a server whose port was chosen, could not listen; empty when all can."""
    if wanted.https_port == wanted.http_port:
        return f"PORTAL_HTTP_PORT holds {wanted.http_port}, as PORTAL_HTTPS_PORT does; another port is allowed."
    addresses = tuple(address or "0.0.0.0" for address in listen_addresses(wanted.admin_host, wanted.base_domain))  # noqa: S104
    wished = [("PORTAL_HTTPS_PORT", wanted.https_port, addresses), ("PORTAL_HTTP_PORT", wanted.http_port, addresses)]
    if wanted.is_demo and wanted.demo_dns_port:
        wished.append(("PORTAL_DEMO_DNS_PORT", wanted.demo_dns_port, ("127.0.0.1",)))
    for name, port, here in wished:
        if port_is_free(port, here):
            continue
        if port_needs_root(port):
            return f"{name} holds {port}, which an ordinary user may not open; a number above 1023 is allowed."
        return f"{name} holds {port}, where another program listens already; set {name} to a free port."
    return ""


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
