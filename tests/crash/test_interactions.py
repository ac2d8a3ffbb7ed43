"""Interactions on their way to the running product's hub: the worker is killed and the broker emptied meanwhile."""

from __future__ import annotations

import json
import time

import psycopg2  # type: ignore[import-untyped]
import pytest

from tests.builders.stack import Stack

pytestmark = [pytest.mark.crash, pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(240)]
COUNT, KILLS = 12_000, 2
PATIENCE = 90.0

# A portal of Contoso, connected by the product's own run to the demo's hub, with interactions that wait.
CONNECT = """
import json
from django.conf import settings
from analytics.services.connections import connection_configure
from core.models import User
from organizations.models import Organization
from tests.builders.portals import portal_row
found = json.loads((settings.PORTAL_HOME / "demo-accounts.json").read_text())["hubs"]["contoso"]
portal = portal_row(Organization.objects.get(unique_name="contoso"), name="Interactions", subdomain="interactions")
jay = User.objects.get(email="jay@contoso.example")
connection_configure(actor=jay, portal_id=portal.pk, accept_terms=True, **found)
print("portal", portal.pk)
"""
FILL = """
from portals.models import Portal
from tests.builders.analytics import waiting
waiting(Portal.objects.get(pk="{portal}"), count={count})
"""
LOOK = """
import json
from analytics.hub.models import Interaction as Kept
from analytics.models import Interaction, RefusedInteraction
kept = Kept.objects.filter(portal="{portal}").exclude(txt="Test of the connection")
print("found", json.dumps([kept.count(), kept.values("id").distinct().count(),
    Interaction.objects.filter(portal_id="{portal}").count(),
    RefusedInteraction.objects.filter(portal_id="{portal}").count()]))
"""


def test_no_interaction_is_lost_or_doubled_when_worker_and_broker_are_killed(stack: Stack) -> None:
    portal = _said(stack.manage("shell", "-c", CONNECT), "portal")
    _until(stack, "SELECT count(*) FROM analytics_insightsconnection WHERE state = 'connected' AND portal_id = %s",
           portal, lambda connected: connected == 1)  # fmt: skip
    waiting = "SELECT count(*) FROM analytics_interaction WHERE portal_id = %s"
    stack.manage("shell", "-c", FILL.format(portal=portal, count=COUNT))
    killed = 0
    for _ in range(KILLS):
        left = _ask(stack, waiting, portal)
        if not left:
            break
        _until(stack, waiting, portal, lambda now, before=left: now < before)
        stack.kill_worker()
        stack.empty_broker()
        killed += 1
    assert killed
    _until(stack, waiting, portal, lambda now: now == 0)
    kept, different, left, refused = json.loads(_said(stack.manage("shell", "-c", LOOK.format(portal=portal)), "found"))
    assert (kept, different, left, refused) == (COUNT, COUNT, 0, 0)


def _until(stack: Stack, sql: str, portal: str, holds: object) -> None:
    ends = time.monotonic() + PATIENCE
    assert callable(holds)
    while not holds(_ask(stack, sql, portal)):
        assert time.monotonic() < ends, f"{sql} still is {_ask(stack, sql, portal)}"
        time.sleep(0.05)


def _ask(stack: Stack, sql: str, portal: str) -> int:
    connection = psycopg2.connect((stack.home.run / "database-url").read_text().strip())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, [portal])
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def _said(output: str, word: str) -> str:
    """What follows ``word`` on a line of its own; shell commands print more than was asked for."""
    return next(line.partition(" ")[2] for line in output.splitlines() if line.startswith(f"{word} "))
