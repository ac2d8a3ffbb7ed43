"""For which hosts the edge may order a certificate, and what the domain's CAA records say."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx
import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django.fixtures import Settings

from domains.acme import automatic_hosts, caa_require
from domains.acme.errors import AuthorityUnreachable, IssuanceForbidden, IssuanceUnknown
from domains.edge.agent import EdgeAgent
from domains.edge.store import EdgeStore
from domains.models import CustomDomain
from tests.builders.bindings import binding_made
from tests.builders.dns import scripted_dns
from tests.builders.organizations import contoso
from tests.builders.portals import portal_row

HOST = "support.customers.test"
Ask = Callable[[str], int]


@pytest.fixture(autouse=True)
def _authority(settings: Settings) -> None:
    settings.PORTAL_ACME_DIRECTORY = "https://ca.test/directory"
    settings.PORTAL_EDGE_SECRET = "secret"
    caches["process"].clear()


@pytest.fixture
def ask(client: Client) -> Ask:
    known = "Basic " + base64.b64encode(b"edge:secret").decode()
    return lambda name: client.get("/_edge/ask", {"domain": name}, headers={"Authorization": known}).status_code


def domain_made(**columns: object) -> CustomDomain:
    """A domain with an automatic certificate in service, and its binding."""
    portal = portal_row(contoso())
    binding_made(portal, HOST, certificate=None)
    values = {"state": CustomDomain.State.ACTIVE, "ownership": "x", **columns}
    return CustomDomain.objects.create(portal=portal, organization=portal.organization, host=HOST, **values)


@pytest.mark.django_db
def test_a_host_that_is_bound_as_automatic_may_have_a_certificate(ask: Ask) -> None:
    domain_made()
    assert [ask(HOST), ask(HOST.upper() + ".")] == [200, 200]
    assert [
        ask(name) for name in ("other.customers.test", "", "../etc", "a\0.test", "x" * 300, "portals.localhost")
    ] == [403] * 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"state": CustomDomain.State.AWAITING_DNS},
        {"state": CustomDomain.State.PAUSED},
        {"state": CustomDomain.State.REMOVED},
        {"attention": [CustomDomain.Attention.DNS_LOST]},
    ],
)
def test_a_host_whose_dns_is_not_verified_may_not(ask: Ask, columns: dict[str, object]) -> None:
    domain_made(**columns)
    assert ask(HOST) == 403


@pytest.mark.django_db
def test_a_host_with_an_uploaded_certificate_may_not(ask: Ask) -> None:
    portal = portal_row(contoso())
    binding_made(portal, HOST)
    values = {"state": CustomDomain.State.ACTIVE, "ownership": "x"}
    CustomDomain.objects.create(portal=portal, organization=portal.organization, host=HOST, **values)
    assert ask(HOST) == 403


@pytest.mark.django_db
def test_nobody_may_while_automatic_certificates_are_off(ask: Ask, settings: Settings) -> None:
    domain_made()
    settings.PORTAL_ACME_DIRECTORY = ""
    assert ask(HOST) == 403


@pytest.mark.django_db
def test_only_the_edge_is_answered(client: Client) -> None:
    domain_made()
    assert client.get("/_edge/ask", {"domain": HOST}).status_code == 403


@pytest.mark.django_db
def test_the_agent_marks_the_hosts_for_the_edge_and_takes_the_marks_back(tmp_path: object) -> None:
    store = EdgeStore(tmp_path)  # type: ignore[arg-type]
    agent = EdgeAgent(store)
    domain = domain_made()
    agent.sync([HOST])
    assert store.automatic_hosts() == {HOST}
    domain.attention = [CustomDomain.Attention.DNS_LOST]
    domain.save()
    agent.sync_all()
    assert store.automatic_hosts() == set()
    assert list(automatic_hosts()) == []


def directory(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    made = httpx.Client
    transport = httpx.MockTransport(answer)
    monkeypatch.setattr("domains.acme.authority.httpx.Client", lambda **more: made(transport=transport))


@pytest.mark.parametrize(
    ("record", "refused"),
    [
        (['{name} 60 CAA 0 issue "ca.test"'], None),
        (['{name} 60 CAA 0 issue "other.test"'], IssuanceForbidden),
        ("SERVFAIL", IssuanceUnknown),
        ("NXDOMAIN", None),
    ],
)
def test_caa_is_asked_before_an_order(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, record: list[str] | str, refused: type[Exception] | None
) -> None:
    directory(monkeypatch, lambda request: httpx.Response(200, json={"meta": {"caaIdentities": ["CA.test"]}}))

    def answer(name: str, type: str) -> list[str] | str:
        return record if isinstance(record, str) else [line.format(name=f"{name}.") for line in record]

    with scripted_dns(answer) as port:
        settings.PORTAL_DNS_AUTHORITATIVE = (("127.0.0.1", port),)
        if refused is None:
            caa_require(HOST)
            return
        with pytest.raises(refused) as raised:
            caa_require(HOST)
    assert HOST in str(raised.value)


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, text="<html>")])
def test_an_authority_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response) -> None:
    directory(monkeypatch, lambda request: answer)
    with pytest.raises(AuthorityUnreachable, match=r"https://ca\.test/directory"):
        caa_require(HOST)


def test_an_authority_that_looks_at_no_caa_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    directory(monkeypatch, lambda request: httpx.Response(200, json={}))
    asked: list[str] = []
    monkeypatch.setattr("domains.acme.authority.caa_check", lambda host, issuers: asked.append(host))
    caa_require(HOST)
    assert asked == []
