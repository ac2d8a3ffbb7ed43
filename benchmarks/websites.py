"""The portal websites: a page beside Wagtail's, finished pages beside Caddy's files, search, first page, many sites.

Rates of one page are of one thread through the WSGI application, the peer's measured in the same way in between.
Finished pages go through Caddy and granian, files through the same Caddy; the client shares the processors.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SITES = int(os.environ.get("BENCH_SITES", "1000"))
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
PARTS = os.environ.get("BENCH_PARTS", "pages finished first search sites").split()
TYPES = ("customer_self_service", "employee_self_service", "community", "custom")
QUERIES = (
    "refund",
    "refund invoice",
    "inv",
    "delivery late",
    "password reset",
    "question 77",
    "warranty",
    "nothinglike",
)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RUNTIME = {
    "ROOT_URLCONF": "websites.urls",
    "MIDDLEWARE": ["websites.middleware.PortalMiddleware"],
    "ALLOWED_HOSTS": ["*"],
    "APPEND_SLASH": False,
}


def main() -> None:
    from benchmarks.services import database_up

    with database_up():
        import django
        from django.conf import settings

        django.setup()
        for name, value in RUNTIME.items():
            setattr(settings, name, value)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for part in PARTS:
            globals()[f"_{part}"]()


def _pages() -> None:
    """Our page made anew beside Wagtail's, in turns."""
    from benchmarks import websites_served as served
    from benchmarks.engine.peers_python import peers_python
    from websites.runtime import runtime

    html = _visit(served.handler, served.HOST, served.PATH)
    ours, theirs = [], []
    with tempfile.NamedTemporaryFile(suffix=".html") as file:
        Path(file.name).write_bytes(html)
        for _ in range(ROUNDS):
            ours.append(_rate(lambda: (runtime().pages.clear(), _visit(served.handler, served.HOST, served.PATH))))
            command = [str(peers_python()), str(Path(__file__).with_name("wagtail_page.py"))]
            database = _database_url("wagtail_bench")
            done = subprocess.run([*command, database, file.name, str(SECONDS)], capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            theirs.append(json.loads(done.stdout.splitlines()[-1]))
    rate, peer = statistics.median(ours), statistics.median(one["rate"] for one in theirs)
    print(
        f"a page made anew: {rate:.0f}/s, {len(html):,} bytes, 0 queries of the database, 0 calls of the organization"
    )
    told = theirs[0]
    print(f"Wagtail's: {peer:.0f}/s, {told['bytes']:,.0f} bytes, {told['queries']:.0f} queries")
    cpu = _cpu_ms(lambda: (runtime().pages.clear(), _visit(served.handler, served.HOST, served.PATH)))
    print(
        f"ratio: {rate / peer:.1f} (goal: 3); processor time of a page: {cpu:.1f} ms, Wagtail's {told['cpu_ms']:.1f} ms"
    )


def _finished() -> None:
    """Finished pages through the edge's route, beside Caddy's files and Wagtail's page through the same."""
    from benchmarks import websites_served as served
    from benchmarks.engine.peers_python import peers_python
    from benchmarks.websites_finished import finished_measure

    html = _visit(served.application, served.HOST, served.PATH)
    database, peer = _database_url("wagtail_served"), str(peers_python())
    finished_measure(html, served.PATH, served.HOST, peer=peer, database=database, seconds=SECONDS, rounds=ROUNDS)


def _first() -> None:
    """The first page of a portal in a process that has just started: snapshot, assembly, templates, page."""
    from tests.builders.websites import RowsInMemory, runtime_of, starter_site
    from websites.rendering import visit_answer
    from websites.templating.environment import _trees

    rows, folder = RowsInMemory(), Path(tempfile.mkdtemp(prefix="portal-bench-"))
    portal = _portal_at(starter_site(rows, TYPES[0]), TYPES[0])
    runtime_of(rows, folder).sites.site_of(portal)
    took = []
    for _ in range(10):
        _trees._trees.clear()
        fresh, began = runtime_of(rows, folder), time.perf_counter()
        visit_answer(_visit_at(portal), fresh.sites.site_of(portal))
        took.append((time.perf_counter() - began) * 1000)
    print(f"first page after a restart: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms (goal: 300)")


def _search() -> None:
    """Searches over many rows of one portal, beside as many of another."""
    from django.db import connection

    from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
    from websites.search.asking import Question, search_ask
    from websites.search.documents import Document
    from websites.search.models import SearchWord
    from websites.search.projection import _insert, _row

    portals = [open_portal(SiteInMemory(RowsInMemory()).id, subdomain=f"bench{number}") for number in range(2)]
    for portal in portals:
        for start in range(0, ROWS // 2, 1_000):
            documents = (Document("article", str(n), *_words(n), url=f"/a/{n}/") for n in range(start, start + 1_000))
            _insert(portal.pk, "en-US", [_row(document) for document in documents])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE websites_searchentry")  # as the server does by itself within a minute
    took, spent, told = [], 0.0, _Explained()
    for number in range(200):
        text, portal = QUERIES[number % len(QUERIES)], portals[number // len(QUERIES) % 2]
        question = Question(portal.pk, "en-US", text, ("",), datetime.now(UTC))
        began, busy = time.perf_counter(), time.process_time()
        answer = search_ask(question)
        answer.hits(answer.candidates[:10])
        took.append((time.perf_counter() - began) * 1000)
        spent += (time.process_time() - busy) * 1000
        told.searches.append((f"{portal.subdomain} {text}", []))
        with connection.execute_wrapper(told):
            answer.hits(search_ask(question).candidates[:10])
    took.sort()
    words = SearchWord.objects.count()
    print(f"search over {ROWS:,} rows, {words:,} words: median {took[100]:.1f} ms, p95 {took[190]:.1f} ms (goal: 30)")
    print(f"  our own processor time: {spent / len(took):.1f} ms a search")
    print(told.report())


class _Explained:
    """Beside each statement, what the server says of it: a busy machine's waiting for a turn is seen apart."""

    def __init__(self) -> None:
        self.searches: list[tuple[str, list[dict[str, Any]]]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params, many, context)
        self.searches[-1][1].extend(context["cursor"].fetchone()[0])
        return execute(sql, params, many, context)

    def report(self) -> str:
        """Planning and execution of a search's statements together, and how each kind of plan did."""
        plans = [plan for _, search in self.searches for plan in search]
        took = [(name, sum(one["Planning Time"] + one["Execution Time"] for one in own)) for name, own in self.searches]
        own = sorted(time for _, time in took)
        alone = sorted(min(time for name, time in took if name == other) for other in {name for name, _ in took})
        lines = [
            f"  by the server's own clock: median {own[len(own) // 2]:.1f} ms, p95 {own[len(own) * 95 // 100]:.1f} ms",
            f"  each of {len(alone)} searches when it was quickest: median {alone[len(alone) // 2]:.1f} ms, "
            f"worst {alone[-1]:.1f} ms",
        ]
        for shape in sorted({_shape(plan["Plan"]) for plan in plans}):
            alike = sorted(plan["Execution Time"] for plan in plans if _shape(plan["Plan"]) == shape)
            lines.append(f"  {len(alike)} x {shape}: median {alike[len(alike) // 2]:.1f} ms, worst {alike[-1]:.1f} ms")
        return "\n".join(lines)


def _shape(plan: dict[str, Any]) -> str:
    inner = [_shape(one) for one in plan.get("Plans", [])]
    return plan["Node Type"] + (f" ({', '.join(inner)})" if inner else "")


def _words(number: int) -> tuple[str, str, str, str]:
    subjects = (
        "refund",
        "invoice",
        "delivery",
        "password",
        "warranty",
        "contract",
        "meter",
        "device",
        "account",
        "order",
    )
    subject, other = subjects[number % 10], subjects[number // 10 % 10]
    title = f"{subject.title()} question {number}"
    body = f"When a {subject} is late or a {other} has to be reset, step {number % 97} of case{number} helps. " * 6
    return title, f"What to do about {other}", f"{subject} {other}", body


def _sites() -> None:
    """Memory of this process with many portals' sites, each shown once: a minute or two for a thousand."""
    from tests.builders.websites import RowsInMemory, runtime_of, starter_site
    from websites.rendering import visit_answer

    held, folder = RowsInMemory(), Path(tempfile.mkdtemp(prefix="portal-bench-"))
    store, kinds = runtime_of(held, folder).sites, []
    for portal_type in TYPES:
        rows = RowsInMemory()
        website = starter_site(rows, portal_type, name="Contoso 0000")
        kinds.append((portal_type, website, json.dumps(rows.tables)))
    before, began = _resident(), time.perf_counter()
    for number in range(SITES):
        portal_type, website, text = kinds[number % len(kinds)]
        portal = _portal_at(_own_id(website, number), portal_type)
        held.tables = json.loads(_own(text, number))  # texts of its own, as they come from the wire
        visit_answer(_visit_at(portal), store.site_of(portal))
    held.tables, took = {}, time.perf_counter() - began
    gc.collect()
    now = _resident()
    print(
        f"{SITES:,} portals in one process: {now:.0f} MiB, {(now - before) / SITES * 1024:.0f} KiB each "
        f"(goal: 600 MiB), read and shown in {took:.0f} s"
    )


def _own(text: str, number: int) -> str:
    """The rows of another website: each row has an id of its own there, and the site another name."""
    return UUID_TEXT.sub(lambda found: _own_id(found[0], number), text).replace("Contoso 0000", f"Contoso {number:04}")


def _own_id(id_: str, number: int) -> str:
    return str(uuid.uuid5(uuid.UUID(int=number), id_))


# --- Parts


def _cpu_ms(visit: Any) -> float:
    """What a busy machine does not change. The peer's is without its database's."""
    spent, count = time.process_time(), 100
    for _ in range(count):
        visit()
    return (time.process_time() - spent) / count * 1000


def _rate(visit: Any) -> float:
    pages, began = 0, time.perf_counter()
    while time.perf_counter() < began + SECONDS:
        visit()
        pages += 1
    return pages / (time.perf_counter() - began)


def _visit(application: Any, host: str, path: str) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": host,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    started: list[str] = []
    chunks = application(environ, lambda status, headers, *_: started.append(status))
    body = b"".join(chunks)
    assert started[0].startswith("200"), (started, body[:500])
    return body


def _database_url(name: str) -> str:
    from urllib.parse import urlsplit

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    return urlsplit(os.environ["PORTAL_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _portal_at(website_id: str, portal_type: str) -> Any:
    from websites.hosts import PortalAtHost

    return PortalAtHost(
        portal_id=uuid.uuid4(),
        organization_id=uuid.UUID(int=1),
        website_id=uuid.UUID(website_id),
        host="bench.portals.localhost",
        portal_type=portal_type,
        lcid=1033,
        is_open=True,
    )


def _visit_at(portal: Any) -> Any:
    from websites.visit import Visit

    return Visit(portal, "/", "", {}, datetime.now(UTC))


def _resident() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1024 / 1024


if __name__ == "__main__":
    main()
