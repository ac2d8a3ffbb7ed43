"""The agent: the folder says what the rows say, and a database that is away changes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections

from domains.certificates.vault import certificate_pem
from domains.edge import agent as agents
from domains.edge.agent import EdgeAgent
from domains.edge.store import EdgeStore
from domains.models import Certificate, SslBinding
from domains.services import binding_ensure, binding_remove
from portals.models import Portal
from tests.builders.bindings import binding_made, certificate_row
from tests.builders.certificates import certificate_made
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db
HOST = "support.customers.test"


@pytest.fixture
def portal() -> Portal:
    return portal_row(scene().organization)


@pytest.fixture
def agent(tmp_path: Path) -> EdgeAgent:
    return EdgeAgent(EdgeStore(tmp_path / "edge"))


def _file(agent: EdgeAgent, host: str = HOST) -> bytes:
    """Without its stamp."""
    return (agent.store.folder / f"{host}.pem").read_bytes().partition(b"\n")[2]


def test_what_is_bound_is_written_and_what_is_not_is_removed(agent: EdgeAgent, portal: Portal) -> None:
    agent.store.put("gone.customers.test", stamp="1", pem=b"")
    binding = binding_made(portal)
    done = agent.sync_all()
    assert (done.written, done.removed) == ((HOST,), ("gone.customers.test",))
    assert _file(agent) == certificate_pem(certificate_row(binding))
    assert agent.store.stamps() == {HOST: binding.stamp}


def test_an_agent_that_starts_again_writes_only_what_changed(agent: EdgeAgent, portal: Portal) -> None:
    for number in range(3):
        binding_made(portal, f"h{number}.customers.test")
    agent.sync_all()
    changed = SslBinding.objects.get(host="h1.customers.test")
    other = certificate_made("h1.customers.test", organization=portal.organization)
    binding_ensure(portal_id=portal.pk, host=changed.host, certificate_id=other.pk)
    assert EdgeAgent(agent.store).sync_all().written == ("h1.customers.test",)
    assert _file(agent, "h1.customers.test") == certificate_pem(other)


def test_a_host_that_is_bound_anew_does_not_keep_its_predecessors_certificate(agent: EdgeAgent, portal: Portal) -> None:
    binding_made(portal).delete()
    binding_made(portal)
    agent.sync_all()
    SslBinding.objects.all().delete()
    again = binding_made(portal)
    agent.sync_all()
    assert _file(agent) == certificate_pem(certificate_row(again))


def test_one_host_is_looked_at_without_the_others(agent: EdgeAgent, portal: Portal) -> None:
    agent.sync_all()
    binding_made(portal)
    binding_made(portal, "other.customers.test")
    assert agent.sync([HOST, "nobody.customers.test"]).written == (HOST,)
    SslBinding.objects.filter(host=HOST).delete()
    assert agent.sync([HOST]).removed == (HOST,)
    assert agent.store.stamps() == {}


def test_an_automatic_certificate_needs_no_file(agent: EdgeAgent, portal: Portal) -> None:
    binding_made(portal)
    agent.sync_all()
    binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=None)
    assert agent.sync([HOST]).removed == (HOST,)


def test_a_row_that_cannot_be_served_keeps_nobody_else_waiting(agent: EdgeAgent, portal: Portal) -> None:
    broken = binding_made(portal, "a.customers.test")
    binding_made(portal, "b.customers.test")
    Certificate.objects.filter(pk=certificate_row(broken).pk).update(key_sealed="v1:gone:AAAA")
    assert agent.sync_all().written == ("b.customers.test",)


def test_a_database_that_is_away_removes_nothing(agent: EdgeAgent, portal: Portal) -> None:
    binding_made(portal)
    agent.sync_all()
    with patch.object(SslBinding.objects, "filter", side_effect=OperationalError("gone")):
        with pytest.raises(OperationalError):
            agent.sync_all()
        with pytest.raises(OperationalError):
            agent.sync([HOST])
    assert list(agent.store.stamps()) == [HOST]


def test_a_hundred_bindings_cost_as_many_queries_as_one(
    agent: EdgeAgent, portal: Portal, django_assert_num_queries: Callable[[int], object]
) -> None:
    certificate = certificate_made("*.customers.test", organization=portal.organization)
    for number in range(100):
        binding_made(portal, f"h{number}.customers.test", certificate=certificate)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        assert len(agent.sync_all().written) == 100


@pytest.mark.django_db(transaction=True)
def test_a_commit_reaches_the_folder_by_itself(agent: EdgeAgent, portal: Portal) -> None:
    with _running(agent):
        first, second = (certificate_made(HOST, organization=portal.organization) for _ in range(2))
        for certificate in (first, second):
            binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=certificate.pk)
            _eventually(partial(_holds, agent, certificate))
        binding_remove(host=HOST)
        _eventually(lambda: not _is_there(agent))


@pytest.mark.django_db(transaction=True)
def test_an_agent_that_lost_its_session_finds_what_it_was_not_told(agent: EdgeAgent, portal: Portal) -> None:
    with _running(agent):
        binding_made(portal, "told.customers.test")
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )
        _eventually(lambda: "told.customers.test" in agent.store.stamps())


@pytest.mark.django_db(transaction=True)
def test_a_mistake_of_its_own_does_not_end_the_agent(
    agent: EdgeAgent, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, looks = EdgeAgent.sync, list[str]()

    def clumsy(self: EdgeAgent, hosts: set[str]) -> object:
        looks.extend(hosts)
        if len(looks) == 1:
            raise ZeroDivisionError
        return look(self, hosts)

    monkeypatch.setattr(EdgeAgent, "sync", clumsy)
    with _running(agent):
        certificate = certificate_made(HOST, organization=portal.organization)
        binding_ensure(portal_id=portal.pk, host=HOST, certificate_id=certificate.pk)
        _eventually(lambda: _is_there(agent))
    assert looks == [HOST]


@contextmanager
def _running(agent: EdgeAgent) -> Generator[None, None, None]:
    """The agent's own loop, past its first look at everything."""
    stopped, looked = threading.Event(), threading.Event()

    def run() -> None:
        agent.on_turn = looked.set
        agent.run_forever(stopped)
        connections.close_all()

    thread = threading.Thread(target=run)
    with patch.object(agents, "RECONNECT", 0.05), patch.object(agents, "LISTEN", 0.2):
        thread.start()
        assert looked.wait(20)
        try:
            yield
        finally:
            stopped.set()
            thread.join(20)


def _holds(agent: EdgeAgent, certificate: Certificate) -> bool:
    return _is_there(agent) and _file(agent) == certificate_pem(certificate)


def _is_there(agent: EdgeAgent) -> bool:
    return (agent.store.folder / f"{HOST}.pem").exists()


def _eventually(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)
