"""The journey inside the organization's own case form: signed, expiring, for one case, in one origin."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from analytics.journey.embedding import case_token, form_url, journey_address_make
from analytics.journey.errors import OriginInvalid
from analytics.journey.models import JourneyAddress
from organizations.models import Organization
from tests.builders.cases import case_made, contact_of
from tests.builders.hubs import HubMemory
from tests.builders.journeys import meter_journey, portal_connected
from tests.builders.organizations import MARIA, alice, contoso, fabrikam, sharron

pytestmark = pytest.mark.django_db
ORIGIN = "https://contoso.crm.dynamics.com"


@pytest.fixture
def home() -> Organization:
    return contoso()


@pytest.fixture
def made(home: Organization) -> JourneyAddress:
    return journey_address_make(actor=alice(home), organization=home, origin=ORIGIN, days=30)


def _path(address: JourneyAddress) -> str:
    return "/" + form_url(address).split("/", 3)[3]


def _parameters(case_id: uuid.UUID) -> dict[str, str]:
    """What a form appends to the address of an IFRAME."""
    return {"type": "112", "typename": "incident", "id": f"{{{str(case_id).upper()}}}", "orgname": "contoso"}


def test_the_form_shows_the_journey_before_its_case_without_a_session(
    client: Client, home: Organization, made: JourneyAddress, hub: HubMemory
) -> None:
    case_id = case_made(home)
    meter_journey(hub, portal_connected(home), contact_of(home))

    answer = client.get(_path(made), _parameters(case_id), follow=True)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "How to reset a meter reading" in page
    assert "Case created 22 Nov, 10:01" in page
    assert not answer.cookies


def test_only_the_organizations_pages_may_frame_it(
    client: Client, home: Organization, made: JourneyAddress, hub: HubMemory
) -> None:
    first = client.get(_path(made), _parameters(case_made(home)))
    second = client.get(first.headers["Location"])

    for answer in (first, second):
        assert f"frame-ancestors {ORIGIN};" in answer.headers["Content-Security-Policy"] + ";"
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in client.get("/accounts/login/").headers["Content-Security-Policy"]


def test_nothing_else_can_be_reached_from_it(
    client: Client, home: Organization, made: JourneyAddress, hub: HubMemory
) -> None:
    case_id, other = case_made(home), case_made(home, "Another")
    page = client.get(_path(made), _parameters(case_id), follow=True).content.decode()

    assert "<script" not in page
    assert str(other) not in page
    assert {part.split('"')[0] for part in page.split('href="')[1:]} <= {
        "/static/css/tokens.css", "/static/css/base.css", "/static/css/layout.css", "/static/css/components.css", "",
    }  # fmt: skip
    assert client.get(f"/cases/{home.pk}/{case_id}/").status_code == 302  # to the sign-in


def test_the_address_of_a_case_is_for_that_case_and_an_hour(
    client: Client, home: Organization, made: JourneyAddress, hub: HubMemory
) -> None:
    token = case_token(made, case_made(home))
    assert client.get(f"/embed/journey/case/{token}/").status_code == 200
    assert client.get(f"/embed/journey/case/{token[:-2]}xx/").status_code == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        late = client.get(f"/embed/journey/case/{token}/")
    assert late.status_code == 403
    assert "Reload the case." in late.content.decode()
    assert ORIGIN in late.headers["Content-Security-Policy"]


def test_the_forms_address_ends_with_its_days(client: Client, home: Organization, made: JourneyAddress) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        answer = client.get(_path(made), _parameters(uuid.uuid4()))
    assert answer.status_code == 403
    assert "This address has expired." in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "a:b", "é", "IjEi:x", "../../applications"])
def test_an_address_that_we_did_not_sign_opens_nothing(client: Client, token: str) -> None:
    for answer in (client.get(f"/embed/journey/{token}/"), client.get(f"/embed/journey/case/{token}/")):
        assert answer.status_code in {403, 404}
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_forms_own_token_opens_no_case(client: Client, home: Organization, made: JourneyAddress) -> None:
    token = _path(made).strip("/").rsplit("/", 1)[1]
    assert client.get(f"/embed/journey/case/{token}/").status_code == 403
    assert client.get(f"/embed/journey/{case_token(made, case_made(home))}/").status_code == 403


@pytest.mark.parametrize("asked", [{}, {"id": "x"}, {"id": str(uuid.uuid4()), "typename": "account"}])
def test_a_form_that_shows_no_case_is_told(client: Client, made: JourneyAddress, asked: dict[str, str]) -> None:
    answer = client.get(_path(made), asked)
    assert answer.status_code == 403
    assert "unique identifiers as parameters" in answer.content.decode()


def test_a_case_of_another_organization_is_not_found(client: Client, made: JourneyAddress, hub: HubMemory) -> None:
    foreign = case_made(fabrikam(contacts=(MARIA,)))
    assert "There is no such case." in client.get(_path(made), _parameters(foreign), follow=True).content.decode()


def test_the_administrator_makes_renews_and_withdraws_it(client: Client, home: Organization) -> None:
    client.force_login(alice(home))
    where = f"/instances/{home.pk}/journey/"
    client.post(where, {"origin": f"{ORIGIN}/", "days": "365"})
    first = JourneyAddress.objects.get()
    shown = client.get(where).content.decode()

    assert form_url(first) in shown
    assert first.origin == ORIGIN

    client.post(where, {"origin": ORIGIN, "days": "30"})
    assert client.get(_path(first)).status_code == 403
    client.post(f"{where}withdraw/")
    assert not JourneyAddress.objects.exists()


def test_who_is_no_administrator_of_the_instance_makes_none(client: Client, home: Organization) -> None:
    client.force_login(sharron(home))
    where = f"/instances/{home.pk}/journey/"
    assert client.get(where).status_code == 403
    assert client.post(where, {"origin": ORIGIN, "days": "30"}).status_code == 403
    assert client.post(f"{where}withdraw/").status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://contoso.example",
        "https://*",
        "https://a.example/x",
        "https://a.example; script-src *",
        "https://",
        "x y",
    ],
)
def test_an_origin_is_an_origin(home: Organization, origin: str) -> None:
    with pytest.raises(OriginInvalid):
        journey_address_make(actor=alice(home), organization=home, origin=origin, days=30)
