"""What Prometheus is told."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from adminsite.embedded.ports import port_free
from core.errors import Unavailable
from core.metrics import FOLDER_VARIABLE, metrics_folder_clear, requests_total
from operations.models import Operation
from operations.services import operation_start
from operations.standing import OperationsCollector
from operations.workflow import Done, StepContext
from organizations.client import organization_client
from organizations.client.exchange import Exchange
from organizations.errors import OrganizationProblem
from tests.builders.api import caller
from tests.builders.operations import resource, run_to_end, workflow
from tests.builders.organizations import contoso


def _sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_address_and_status(client: Client) -> None:
    before = _sample("portal_http_requests_total", view="api:portal", method="GET", status="404")
    someone = caller("alice@contoso.example")
    for number in range(2):
        someone.get(f"portals/00000000-0000-4000-8000-00000000000{number}/")
    after = _sample("portal_http_requests_total", view="api:portal", method="GET", status="404")
    assert after - before == 2
    assert _sample("portal_http_request_seconds_count", view="api:portal") >= 2


def test_a_made_up_method_or_path_makes_no_new_series(client: Client) -> None:
    known = _series()
    client.generic("BREW", "/no/such/path/")
    client.generic("POUR", "/another/path/")
    new = _series() - known
    assert {dict(labels)["method"] for labels in new} <= {"OTHER"}
    assert len(new) <= 1


def _series() -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sample.labels.items()) for metric in requests_total.collect() for sample in metric.samples}


@pytest.mark.django_db(transaction=True)
def test_operations_are_told_by_status_with_the_age_of_the_oldest_due_one() -> None:
    shape = {"workflow": "provision-portal", "resource_type": "portal"}
    due = timezone.now() - timedelta(seconds=90)
    Operation.objects.create(**shape, resource_id="00000000-0000-4000-8000-000000000001", wake_at=due)
    Operation.objects.create(**shape, resource_id="00000000-0000-4000-8000-000000000002", status="Failed")
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in OperationsCollector().collect()
        for sample in metric.samples
    }
    assert told["portal_operations", "provision-portal", "NotStarted"] == 1
    assert told["portal_operations", "provision-portal", "Failed"] == 1
    assert told[("portal_operations_due",)] == 1
    assert 90 <= told[("portal_operations_oldest_due_seconds",)] < 120


PROCESS = """
import sys, time
import django
django.setup()
from django.conf import settings
from core.metrics import metrics_serve, requests_total
requests_total.labels("page", "GET", "200").inc()
metrics_serve(port=settings.PORTAL_METRICS_PORT)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.timeout(90)
@pytest.mark.django_db(transaction=True)
def test_one_process_serves_the_sums_of_all_and_another_takes_over_when_it_ends(tmp_path: Path) -> None:
    port = port_free(())
    environment = os.environ | {
        "PORTAL_HOME": str(tmp_path),
        "PORTAL_METRICS_PORT": str(port),
        "PORTAL_DATABASE_URL": _database(),
        "DJANGO_SETTINGS_MODULE": "adminsite.settings",
    }
    processes = [_process(environment), _process(environment)]
    try:
        page = _scrape(port)
        assert 'portal_http_requests_total{method="GET",status="200",view="page"} 2.0' in page
        assert "portal_operations_due 0.0" in page
        _end(processes[0])
        assert 'view="page"} 2.0' in _scrape(port)
    finally:
        for process in processes:
            _end(process)


def test_a_start_forgets_the_counts_of_processes_that_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "counter_123.db").write_bytes(b"old")
    metrics_folder_clear()
    assert list(tmp_path.iterdir()) == []


def _database() -> str:
    """The test's own database, where the tables are."""
    address = urlsplit(os.environ["PORTAL_DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))


def _process(environment: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", PROCESS], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any(line == "ready\n" for line in process.stdout)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    if process.stdout and not process.stdout.closed:
        process.communicate()


def _scrape(port: int) -> str:
    """The page as soon as somebody serves it; a takeover takes some seconds."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return str(answer.read().decode())
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.mark.django_db
def test_calls_to_organizations_are_counted_by_status_and_those_without_an_answer_too() -> None:
    organization = contoso()
    host = "localhost"
    before = _sample("portal_organization_calls_total", host=host, method="GET", status="200")
    with organization_client(organization) as client:
        client.who_am_i()
    assert _sample("portal_organization_calls_total", host=host, method="GET", status="200") > before
    unheard = _sample("portal_organization_calls_total", host="127.0.0.1", method="GET", status="none")
    with pytest.raises(OrganizationProblem):
        Exchange().fetch("GET", "https://127.0.0.1:1/")
    assert _sample("portal_organization_calls_total", host="127.0.0.1", method="GET", status="none") == unheard + 1


@pytest.mark.django_db(transaction=True)
def test_a_retried_step_is_counted() -> None:
    def refuse_once(step: StepContext) -> Done:
        if step.attempt == 1:
            raise Unavailable("Not now.")
        return Done()

    shape = workflow("count-retries", refuse=refuse_once)
    operation = operation_start(actor=None, workflow="count-retries", resource=resource(), plan=shape.plan("refuse"))
    run_to_end(operation.pk)
    assert _sample("portal_steps_retried_total", workflow="count-retries", step="refuse") == 1
