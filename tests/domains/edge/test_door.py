"""What the web process tells the edge: chain and key of what is bound, to nobody else, and nothing of the rest."""

from __future__ import annotations

import base64
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from domains.certificates.vault import certificate_pem
from domains.edge.door import is_edge
from domains.models import Certificate, SslBinding
from portals.models import Portal
from tests.builders.bindings import binding_made, certificate_row
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db
HOST = "support.customers.test"
SECRET = "the secret of the edge"


@pytest.fixture
def portal() -> Portal:
    return portal_row(scene().organization)


@pytest.fixture
def door(settings: Settings) -> Client:
    settings.PORTAL_EDGE_SECRET = SECRET
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=_basic(f"edge:{SECRET}"))


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def _status(door: Client, name: str) -> int:
    return int(door.get("/_edge/cert", {"server_name": name}).status_code)


@pytest.mark.parametrize("name", [HOST, "Support.Customers.TEST", f"{HOST}."])
def test_chain_and_key_of_what_is_bound_in_any_case(door: Client, portal: Portal, name: str) -> None:
    binding = binding_made(portal)
    answer = door.get("/_edge/cert", {"server_name": name, "signature_schemes": "403"})
    assert answer.status_code == 200
    assert answer.content == certificate_pem(certificate_row(binding))
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    ["", "nobody.customers.test", "../support", "..", "a.test\x00", "é.test", "a" * 300, "*.customers.test", "1.2.3.4"],
)
def test_nothing_is_told_of_what_is_not_bound(door: Client, portal: Portal, name: str) -> None:
    binding_made(portal)
    answer = door.get("/_edge/cert", {"server_name": name})
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_automatic_certificate_is_the_edges_own_matter(door: Client, portal: Portal) -> None:
    binding_made(portal, certificate=None)
    assert _status(door, HOST) == 204


@pytest.mark.parametrize(
    "authorization", ["", "Basic", _basic("edge:wrong"), _basic(f"admin:{SECRET}"), f"Bearer {SECRET}", "Basic é"]
)
def test_whoever_is_not_the_edge_is_told_nothing(door: Client, portal: Portal, authorization: str) -> None:
    binding_made(portal)
    answer = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=authorization).get(f"/_edge/cert?server_name={HOST}")
    assert answer.status_code == 403
    assert b"BEGIN" not in answer.content
    assert not is_edge(authorization)


def test_a_stranger_costs_one_question_and_an_impossible_name_none(
    door: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        _status(door, "stranger.example")
    with django_assert_num_queries(0):
        _status(door, "no_name")


def test_a_key_that_does_not_open_and_a_database_that_is_away_are_no_answer(door: Client, portal: Portal) -> None:
    binding = binding_made(portal)
    Certificate.objects.filter(pk=certificate_row(binding).pk).update(key_sealed="v1:gone:AAAA")
    assert _status(door, HOST) == 503
    with patch.object(SslBinding.objects, "filter", side_effect=OperationalError("gone")):
        assert _status(door, HOST) == 503


def test_each_key_that_is_given_is_logged_without_it(
    door: Client, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    binding = binding_made(portal)
    with caplog.at_level("INFO"):
        _status(door, HOST)
    told = next(record.getMessage() for record in caplog.records if "edge_certificate_given" in record.getMessage())
    assert HOST in told
    assert certificate_row(binding).fingerprint in told
    assert "PRIVATE KEY" not in caplog.text
