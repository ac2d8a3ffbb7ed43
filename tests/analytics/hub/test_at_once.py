"""Many senders at once, and a web process that is killed: what was answered with 202 is there, once, and counted."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Sum
from django.utils import timezone

from adminsite.embedded.ports import port_free
from analytics.hub import storing
from analytics.hub.cached import hub_cached
from analytics.hub.events import event_read
from analytics.hub.models import DailyCount, Hub, Interaction, Seen
from analytics.hub.sas import token_make
from organizations.models import Organization
from tests.builders.embedded_hubs import HubClient, article, client_of, hub_made, search
from tests.services import is_listening, ready_wait

in_the_open = pytest.mark.django_db(transaction=True)  # other connections see what is written


@pytest.fixture
def sender(db: None) -> HubClient:
    url = "https://contoso.example"
    told = {"unique_name": "contoso", "name": "Contoso", "url": url, "authority": url, "client_id": "x"}
    return client_of(hub_made(Organization.objects.create(**told)))


@in_the_open
def test_many_threads_that_send_the_same_events_store_each_once(sender: HubClient) -> None:
    events = [search(str(number % 5)) if number % 2 else article() for number in range(120)]
    answers: list[int] = []

    def send(offset: int) -> None:
        mixed = events[offset:] + events[:offset]
        answers.extend(sender.post(mixed[start : start + 30]).status_code for start in range(0, 120, 30))
        answers.extend(sender.post(one).status_code for one in mixed[:10])
        connection.close()

    threads = [threading.Thread(target=send, args=(offset * 17,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {202}
    assert len(answers) == 6 * 14
    assert Interaction.objects.count() == Seen.objects.count() == 120
    assert DailyCount.objects.aggregate(n=Sum("n"))["n"] == 120


@pytest.mark.django_db
def test_a_value_that_cannot_be_stored_does_not_cost_others_theirs(sender: HubClient) -> None:
    """Two requests share a transaction; one of them is broken in a way that nobody foresaw."""
    cached = hub_cached("contoso")
    good, bad = (event_read(cached.id, cached.types["portal_search"], search(), timezone.now()).row for _ in range(2))
    gate = storing.Gate()
    waiting = [storing._Waiting([good]), storing._Waiting([bad._replace(txt="\x00")])]
    gate._write(waiting)
    assert [type(one.error).__name__ for one in waiting] == ["NoneType", "ValueError"]
    assert Interaction.objects.count() == 1


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_and_nothing_is_lost(
    sender: HubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = search()

    def away(rows: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "rows_store", away)
        answer = sender.post(event)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert sender.post(event).status_code == 202


@contextmanager
def web_running(folder: Path, port: int) -> Generator[subprocess.Popen[bytes], None, None]:
    """The product's web process on the test's own database."""
    address = os.environ["PORTAL_DATABASE_URL"].rpartition("/")[0]
    environment = {**os.environ, "PORTAL_DATABASE_URL": f"{address}/{settings.DATABASES['default']['NAME']}"}
    command = [sys.executable, "-m", "granian", "adminsite.wsgi:application", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    log = folder / "web.log"
    with log.open("ab") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file, process_group=0)
    try:
        ready_wait(lambda: is_listening(port), process, log)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


@in_the_open
@pytest.mark.crash
def test_what_was_accepted_survives_the_kill_of_the_web_process(sender: HubClient, tmp_path: Path) -> None:
    port, events = port_free(), [search(f"text {number % 7}") for number in range(3000)]
    token = token_make(resource="127.0.0.1/hub/contoso", policy=sender.policy, key=sender.key)
    accepted: set[str] = set()

    def send(mine: list[dict[str, Any]]) -> None:
        try:
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            for event in mine:
                headers = {"Authorization": token, "Content-Type": "application/json"}
                there.request("POST", "/hub/contoso/data/Interactions", json.dumps(event), headers)
                answer = there.getresponse()
                answer.read()
                if answer.status == 202:
                    accepted.add(event["portal_interactionid"])
        except (OSError, http.client.HTTPException):
            pass  # killed in the middle of it: nothing was promised

    with web_running(tmp_path, port) as web:
        threads = [threading.Thread(target=send, args=(events[start::4],)) for start in range(4)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 30
        while len(accepted) < 150 and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(web.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    assert 150 <= len(accepted) < 3000
    stored = {str(id) for id in Interaction.objects.values_list("id", flat=True)}
    assert accepted <= stored
    assert sender.post(events).json()["stored"] == 3000 - len(stored)
    assert Interaction.objects.count() == DailyCount.objects.aggregate(n=Sum("n"))["n"] == 3000
    assert Hub.objects.count() == 1
