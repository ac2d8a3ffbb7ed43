"""10,000 custom domains re-checked against a DNS server on this machine, as the schedule does it every six hours.

The server is knot (knotd of the system); each name is an alias of a portal of its own, 50 of them are not as they
should be, which costs them a whole look. Prints seconds, names a second, CPU time for each name and the memory at its
height; then one whole look with its questions; then the library alone, asking the same 10,000 questions with
``dns.resolver`` in 32 threads, in whose seconds the rest is to be read.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NAMES = int(os.environ.get("BENCH_NAMES", "10000"))
ODD_EVERY = 200
THREADS = 32
EXPECTED = "portal{number}.portals.localhost"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-dns-"))
    os.environ |= {
        "PORTAL_HOME": str(folder / "home"),
        "PORTAL_DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "adminsite.settings",
    }
    import django

    django.setup()
    from tests.builders.dns import KNOT, knot_running

    if KNOT is None:
        print("knotd is not installed (Debian: knot); nothing measured.")
        return
    try:
        with knot_running(folder / "knot", {"customers.test": _zone()}) as port:
            _measure(port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _zone() -> str:
    return "".join(
        f"host{number} CNAME {EXPECTED.format(number=number)}.\n" for number in range(NAMES) if number % ODD_EVERY
    )


def _measure(port: int) -> None:
    from django.conf import settings

    from domains.dns import HostQuestion, host_check, hosts_check

    settings.PORTAL_DNS_AUTHORITATIVE = settings.PORTAL_DNS_RESOLVERS = (("127.0.0.1", port),)
    hosts = [f"host{number}.customers.test" for number in range(NAMES)]
    questions = [HostQuestion(host, EXPECTED.format(number=number)) for number, host in enumerate(hosts)]
    began, used = time.perf_counter(), time.process_time()
    reports = hosts_check(questions)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    right = sum(report.is_ok for report in reports)
    assert right == NAMES - len(range(0, NAMES, ODD_EVERY)), f"{right} of {NAMES} names were found"
    print(f"re-check of {NAMES} names: {seconds:.1f} s (yardstick 30), {NAMES / seconds:.0f} names/s")
    print(f"  CPU {processor / NAMES * 1e6:.0f} µs a name, memory at its height {_peak():.0f} MiB")
    began = time.perf_counter()
    report = host_check("host1.customers.test", expected=EXPECTED.format(number=1), ownership="x")
    print(f"one whole look: {(time.perf_counter() - began) * 1000:.1f} ms, {len(report.evidence)} questions")
    library = _library(port, hosts)
    print(f"the library alone, {THREADS} threads: {library:.1f} s; ours / library = {seconds / library:.2f}")


def _library(port: int, hosts: list[str]) -> float:
    """Seconds of dnspython's resolver for the same questions."""
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port

    def ask(host: str) -> bool:
        try:
            return bool(resolver.resolve(f"{host}.", "CNAME"))
        except dns.exception.DNSException:
            return False

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        found = sum(pool.map(ask, hosts))
    assert found == NAMES - len(range(0, NAMES, ODD_EVERY))
    return time.perf_counter() - began


def _peak() -> float:
    """MiB; Linux counts in KiB, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


if __name__ == "__main__":
    main()
