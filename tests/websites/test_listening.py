"""What is changed shows at once in every process of the runtime, and at the next look where nothing was heard."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from domains.probe import probe_signature
from organizations.client import organization_client
from organizations.content_changes import CHANNEL, change_of, content_changed
from tests.builders.organizations import contoso, tenant_of
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, runtime_of
from tests.websites.visitor import Visitor
from websites import listening
from websites.hosts import HostTable, PortalAtHost
from websites.listening import ContentListener
from websites.pagecache import PageCache
from websites.runtime import Runtime
from websites.sites import SiteStore
from websites.webfiles import FileStore


@pytest.fixture(autouse=True)
def no_database_in_reading_threads() -> Generator[None, None, None]:
    with patch("websites.sites.close_old_connections"):
        yield


@pytest.mark.django_db(transaction=True)
def test_an_edit_reaches_every_runtime_at_once_and_costs_one_request_each(
    rows: RowsInMemory, site: SiteInMemory, tmp_path: Path
) -> None:
    snippet = site.snippet("Home/Heading", "Before")
    portal, runtimes = _shown(site, rows, tmp_path, 2)
    with _all_listening(runtimes):
        rows.put("adx_contentsnippets", snippet, adx_value="After")
        rows.calls.clear()
        content_changed(portal.organization_id, "adx_contentsnippets", "incidents")
        for runtime in runtimes:
            _eventually(lambda runtime=runtime: _heading(runtime, portal) == "After")  # type: ignore[misc]
    narrow = [call for call in rows.calls if "adx_value" not in call[1]]
    assert {call[0] for call in narrow} == {"adx_contentsnippets"}


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_lost_its_session_hears_again(rows: RowsInMemory, site: SiteInMemory, tmp_path: Path) -> None:
    snippet = site.snippet("Home/Heading", "Before")
    portal, (runtime,) = _shown(site, rows, tmp_path, 1)
    opened = threading.Semaphore(0)
    with patch.object(listening, "RECONNECT", 0.05), _running(runtime, opened.release):
        assert opened.acquire(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = %s AND datname = current_database()",
                [f"LISTEN {CHANNEL}"],
            )
        assert opened.acquire(timeout=20)
        rows.put("adx_contentsnippets", snippet, adx_value="After")
        content_changed(portal.organization_id)
        _eventually(lambda: _heading(runtime, portal) == "After")


def test_under_a_storm_of_changes_an_organization_is_looked_at_once_a_second(tmp_path: Path) -> None:
    listener, sites = _deaf(tmp_path)
    for second in (0.0, 0.2, 0.4, 0.9, 1.1, 1.3):
        with patch("websites.listening.time.monotonic", return_value=1_000 + second):
            listener.take([f"{uuid.UUID(int=7)} adx_webpages", f"{uuid.UUID(int=7)} adx_sitesettings"])
            listener.look()
    assert [call.kwargs["tables"] for call in sites.look_at.call_args_list] == [
        {"adx_webpages", "adx_sitesettings"}
    ] * 2
    with patch("websites.listening.time.monotonic", return_value=1_002.2):
        listener.look()
    assert sites.look_at.call_count == 3, "the last change is not forgotten"


@pytest.mark.parametrize("told", ["", "x", "not-an-id adx_webpages", f"{uuid.UUID(int=7)} incidents"])
def test_words_that_change_no_site_are_passed_over(tmp_path: Path, told: str) -> None:
    listener, sites = _deaf(tmp_path)
    listener.take([told])
    listener.look()
    assert not sites.look_at.called


def test_a_new_content_of_a_file_is_looked_at_without_the_site(tmp_path: Path) -> None:
    listener, sites = _deaf(tmp_path)
    with patch.object(FileStore, "doubt") as doubted:
        listener.take([f"{uuid.UUID(int=7)} annotations"])
        listener.look()
    assert (doubted.call_count, sites.look_at.called) == (1, False)


@pytest.mark.django_db
def test_every_write_of_an_embedded_organization_says_what_changed() -> None:
    organization = contoso()
    tenant = tenant_of(organization)
    id_ = uuid.uuid4()
    with organization_client(organization) as client:
        acts: tuple[Callable[[], object], ...] = (
            lambda: client.upsert("knowledgearticles", id_, {"title": "One"}),
            lambda: client.update("knowledgearticles", id_, {"title": "Two"}),
            lambda: client.delete("knowledgearticles", id_),
        )
        for act in acts:
            assert _said(act) == [f"{tenant.pk} knowledgearticles"]
        assert _said(lambda: list(client.rows("knowledgearticles"))) == []


@pytest.mark.django_db
def test_an_organization_is_known_by_its_own_id_too(tmp_path: Path) -> None:
    organization = contoso()
    assert organization.organization_id == tenant_of(organization).pk
    sites = Mock(spec=SiteStore)
    listener = ContentListener(sites, PageCache(), FileStore(tmp_path))
    with patch("websites.listening.close_old_connections"):
        listener.take([f"{tenant_of(organization).pk} adx_webpages"])
        listener.look()
    sites.look_at.assert_called_once_with(organization.pk, tables=frozenset({"adx_webpages"}))


def test_the_signed_request_tells_all_processes(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    signature = probe_signature(portal.pk)
    told = _said(lambda: visitor.post("/_services/about", {}, portal_probe=signature))
    assert told == [f"{portal.organization_id} "]
    change = change_of(told[0])
    assert change is not None
    assert (change.organization_id, change.entity_set) == (portal.organization_id, "")
    assert _said(lambda: visitor.post("/_services/about", {}, portal_probe="0" * 64)) == []


def _said(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    said = [sql["sql"].split("'") for sql in captured if "pg_notify" in sql["sql"]]
    return [words[3] for words in said if words[1] == CHANNEL]


def _deaf(tmp_path: Path) -> tuple[ContentListener, Mock]:
    """A listener that is told by hand, with sites that only count."""
    sites = Mock(spec=SiteStore)
    listener = ContentListener(sites, PageCache(), FileStore(tmp_path))
    listener._known = lambda due: list(due.items())  # type: ignore[method-assign]
    return listener, sites


def _shown(site: SiteInMemory, rows: RowsInMemory, tmp_path: Path, count: int) -> tuple[PortalAtHost, list[Runtime]]:
    """Runtimes that have a portal's site in memory and its organization's listing, and do not look by themselves."""
    host = open_portal(site.id).host
    portal = HostTable().portal_at(host)
    assert isinstance(portal, PortalAtHost)
    runtimes = [runtime_of(rows, tmp_path / str(number)) for number in range(count)]
    for runtime in runtimes:
        runtime.sites.site_of(portal)
        for reading in runtime.sites.look_at(portal.organization_id, tables=frozenset()):
            reading.result(timeout=10)
    return portal, runtimes


def _heading(runtime: Runtime, portal: PortalAtHost) -> str:
    loaded = runtime.sites.site_now(portal)
    return loaded.site.default.snippets.get("Home/Heading", "") if loaded else ""


@contextmanager
def _all_listening(runtimes: list[Runtime]) -> Generator[None, None, None]:
    with ExitStack() as stack:
        for runtime in runtimes:
            opened = threading.Semaphore(0)
            stack.enter_context(_running(runtime, opened.release))
            assert opened.acquire(timeout=20)
        yield


@contextmanager
def _running(runtime: Runtime, on_open: Callable[[], None]) -> Generator[None, None, None]:
    stopped = threading.Event()

    def run() -> None:
        runtime.listener.run_forever(stopped, on_open)
        connections.close_all()

    thread = threading.Thread(target=run)
    with patch.object(listening, "LISTEN", 0.2):
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join(20)


def _eventually(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)
