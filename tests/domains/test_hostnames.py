"""Reserving and publishing a portal's address: each may be done again, and nothing is taken from anybody."""

from __future__ import annotations

import pytest

from domains import adapters
from domains.adapters.fake import FakeEdge
from domains.errors import EdgeUnreachable, HostTaken, NotPublished
from domains.models import Hostname
from domains.ports import names_cover
from domains.services import hostname_ensure_published, hostname_reserve, portal_probe
from portals.models import Portal
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> FakeEdge:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    return made


@pytest.fixture
def portal() -> Portal:
    return portal_row(scene().organization, subdomain="contoso-support", state="configuring")


def test_an_address_is_reserved_once(portal: Portal) -> None:
    first, again = (hostname_reserve(portal_id=portal.pk) for _ in range(2))
    assert first == again
    assert (first.host, first.state) == ("contoso-support.portals.localhost", Hostname.State.RESERVED)


def test_an_address_of_another_portal_is_not_taken(portal: Portal) -> None:
    other = portal_row(portal.organization)
    Hostname.objects.create(portal=other, host=portal.host)
    with pytest.raises(HostTaken) as taken:
        hostname_reserve(portal_id=portal.pk)
    assert taken.value.message == "contoso-support.portals.localhost is already used by another portal"
    assert Hostname.objects.get().portal == other


def test_a_portal_that_got_another_address_lets_the_first_one_go(portal: Portal) -> None:
    hostname_reserve(portal_id=portal.pk)
    Portal.objects.filter(pk=portal.pk).update(subdomain="contoso-help")
    assert hostname_reserve(portal_id=portal.pk).host == "contoso-help.portals.localhost"
    assert Hostname.objects.count() == 1


def test_a_published_address_answers_and_is_remembered(portal: Portal, edge: FakeEdge) -> None:
    hostname_reserve(portal_id=portal.pk)
    for _ in range(2):
        answer = hostname_ensure_published(portal_id=portal.pk)
    portal.refresh_from_db()
    assert (answer.status, answer.portal_id) == (503, str(portal.pk))
    assert "Getting set up" in answer.body
    assert portal.address_ready_at is not None
    assert Hostname.objects.get().state == Hostname.State.PUBLISHED


def test_an_address_is_not_ready_before_the_edge_has_answered(portal: Portal, edge: FakeEdge) -> None:
    hostname_reserve(portal_id=portal.pk)
    edge.is_down = True
    with pytest.raises(EdgeUnreachable) as away:
        hostname_ensure_published(portal_id=portal.pk)
    portal.refresh_from_db()
    assert portal.address_ready_at is None
    assert not away.value.permanent


@pytest.mark.parametrize(
    ("switch", "value"), [("answers_as", "somebody else"), ("certificate_names", ("portals.localhost",))]
)
def test_an_answer_of_something_else_does_not_count(portal: Portal, edge: FakeEdge, switch: str, value: object) -> None:
    hostname_reserve(portal_id=portal.pk)
    setattr(edge, switch, value)
    with pytest.raises(NotPublished):
        hostname_ensure_published(portal_id=portal.pk)


def test_the_owner_sees_the_page_that_visitors_do_not_see_yet(portal: Portal, edge: FakeEdge) -> None:
    hostname = hostname_reserve(portal_id=portal.pk)
    assert portal_probe(hostname).status == 503
    assert portal_probe(hostname, as_owner=True).status == 200


@pytest.mark.parametrize(
    ("name", "host", "covers"),
    [
        ("a.example", "a.example", True),
        ("A.Example", "a.example", True),
        ("*.example", "a.example", True),
        ("*.example", "b.a.example", False),
        ("*.example", "example", False),
        ("b.example", "a.example", False),
    ],
)
def test_a_star_stands_for_one_label(name: str, host: str, covers: bool) -> None:
    assert names_cover((name,), host) is covers


def test_a_host_is_found_as_requests_name_it(portal: Portal) -> None:
    hostname = hostname_reserve(portal_id=portal.pk)
    assert Hostname.objects.at("Contoso-Support.Portals.LOCALHOST.").get() == hostname
    assert not Hostname.objects.published().exists()
