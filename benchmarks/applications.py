"""The Applications tab over 100,000 portals, beside Django admin's changelist over the same rows in the same process.

Prints for each case: the list alone (``applications_page``), the whole page through the request stack and the whole
changelist, p50 and p95 in ms with their queries, and how many times faster the page is. Rounds are interleaved.

On 2 cores, p50 / p95 of the page in ms: first page 6 / 8 (9.7 times as fast as the changelist), last page 5 / 5 (22.6),
status 4 / 5 (3.4), trial 4 / 8 (5.0), search 1 in 7 15 / 26 (4.9), 1 in 42 14 / 26 (5.4), one 7 / 9 (8.6),
nobody 5 / 5 (9.6); 4 to 6 queries with those for session and account.
"""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.services import database_up

PORTALS = int(os.environ.get("BENCH_PORTALS", "100000"))
LICENSES = 50
ORGANIZATIONS = 20
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "25"))


@dataclass
class Case:
    """One page: what our list is asked, and what the changelist is asked for the same rows."""

    name: str
    ours: str
    peer: str
    filters: dict[str, str] = field(default_factory=dict)
    cursor: str = ""


CASES = (
    Case("first page", "", ""),
    Case("last page", "cursor=end", f"p={PORTALS // 25 - 1}", cursor="end"),
    Case("filter by status", "status=configuring", "state__exact=configuring", {"status": "configuring"}),
    Case("filter by trial", "type=trial", "license_type__exact=trial", {"type": "trial"}),
    Case("search, 1 in 7", "search=woodgrove", "q=woodgrove", {"search": "woodgrove"}),
    Case("search, 1 in 42", "search=woodgrove+staff", "q=woodgrove+staff", {"search": "woodgrove staff"}),
    Case("search, one", "search=portal-77777", "q=portal-77777", {"search": "portal-77777"}),
    Case("search, nobody", "search=zebra", "q=zebra", {"search": "zebra"}),
)


def main() -> None:
    with database_up("benchmarks.changelist.settings"):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        logging.disable(logging.WARNING)  # a line for each request would cost both sides alike
        _measure()


def _measure() -> None:
    """Print the table."""
    from django.test import Client

    from core.models import User
    from organizations.models import Role, RoleAssignment
    from portals.applications import Filters, applications_page

    _rows_make()
    grace = User.objects.create_user("grace@contoso.example", name="Grace")
    RoleAssignment.objects.create(user=grace, role=Role.GLOBAL_ADMINISTRATOR)
    client = Client(HTTP_HOST="localhost")
    client.force_login(grace)
    print(f"{PORTALS:,} portals, {LICENSES} free licences, {ROUNDS} rounds; ms p50 / p95 (queries)")
    print(f"{'case':18}{'list':>18}{'page':>18}{'changelist':>20}{'faster':>8}")
    for case in CASES:
        filters = Filters(**case.filters)  # type: ignore[arg-type]
        acts: dict[str, Callable[[], object]] = {
            "list": lambda f=filters, c=case: applications_page(user=grace, filters=f, cursor=c.cursor),  # type: ignore[misc]
            "page": lambda c=case: _get(client, f"/applications/?{c.ours}"),  # type: ignore[misc]
            "peer": lambda c=case: _get(client, f"/peer/portals/portal/?{c.peer}"),  # type: ignore[misc]
        }
        took = _interleaved(acts)
        queries = {name: _queries(act) for name, act in acts.items()}
        shown = [f"{_p(took[name])} ({queries[name]})" for name in acts]
        ratio = statistics.median(took["peer"]) / statistics.median(took["page"])
        print(f"{case.name:18}{shown[0]:>18}{shown[1]:>18}{shown[2]:>20}{ratio:>7.1f}x")


def _rows_make() -> None:
    from organizations.models import Organization
    from tests.builders.portals import many_portals

    organizations = [
        Organization.objects.create(
            unique_name=f"bench{number}",
            name=f"Bench {number}",
            url=f"https://bench{number}.example",
            authority="https://bench.example",
            client_id="none",
        )
        for number in range(ORGANIZATIONS)
    ]
    many_portals(PORTALS, organizations, licenses=LICENSES)


def _get(client: object, url: str) -> None:
    answer = client.get(url)  # type: ignore[attr-defined]
    assert answer.status_code == 200, (url, answer.status_code)


def _interleaved(acts: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Milliseconds of each act, round after round; the first round warms up and does not count."""
    took: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(ROUNDS + 1):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            if number:
                took[name].append((time.perf_counter() - began) * 1000)
    return took


def _queries(act: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _p(took: list[float]) -> str:
    return f"{statistics.median(took):.0f} / {statistics.quantiles(took, n=20)[18]:.0f}"


if __name__ == "__main__":
    main()
