"""Error pages: what happened, what to do next, and never an exception's own text."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from core.errors import Conflict, Unavailable
from organizations.policy import MANAGE_DENIED
from tests.builders.adminsite import Cast


def _conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict("This portal is already being provisioned.", code="portals:busy")


def _away(request: HttpRequest) -> HttpResponse:
    raise Unavailable("Contoso did not answer.", code="organizations:silent", retry_after=30)


def _surprise(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("password=hunter2")


def _bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest("what is this")


urlpatterns = [
    path("conflict/", _conflict),
    path("away/", _away),
    path("surprise/", _surprise),
    path("bad/", _bad),
    path("", include("adminsite.urls")),
]
handler400 = "adminsite.views.errors.bad_request"
handler403 = "adminsite.views.errors.forbidden"
handler404 = "adminsite.views.errors.not_found"
handler500 = "adminsite.views.errors.broken"


@pytest.fixture
def browser(people: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(people.alice)
    return client


@override_settings(ROOT_URLCONF=__name__)
def test_a_conflict_says_what_to_do_next(browser: Client) -> None:
    answer = browser.get("/conflict/")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "This portal is already being provisioned." in page
    assert "Wait until the run has finished." in page
    assert "portals:busy" in page


@override_settings(ROOT_URLCONF=__name__)
def test_a_service_that_is_away_says_when_to_try_again(browser: Client) -> None:
    answer = browser.get("/away/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Contoso did not answer." in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_surprise_shows_a_reference_and_nothing_of_the_exception(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser.get("/surprise/")
    page = answer.content.decode()

    assert answer.status_code == 500
    assert "hunter2" not in page
    reference = page.split("Reference <code>")[1].split("<")[0]
    assert reference in caplog.text


@override_settings(ROOT_URLCONF=__name__)
def test_a_request_that_makes_no_sense_is_400(browser: Client) -> None:
    assert browser.get("/bad/").status_code == 400


def test_a_form_from_another_sign_in_is_refused_in_words(people: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.alice)

    answer = client.post("/applications/licences/", {"type": "trial"})

    assert answer.status_code == 403
    assert "Open the page again" in answer.content.decode()


def test_somebody_without_a_role_reads_the_sentence(client: Client, people: Cast) -> None:
    client.force_login(people.charlie)

    answer = client.get("/applications/")

    assert answer.status_code == 403
    assert MANAGE_DENIED in answer.content.decode()


def test_programs_are_not_answered_with_pages(client: Client, people: Cast) -> None:
    client.force_login(people.charlie)

    assert "text/html" not in client.get("/api/v1/portals/not-a-uuid/").headers["Content-Type"]


def test_every_page_carries_the_strict_policy(client: Client, people: Cast) -> None:
    client.force_login(people.alice)

    policy = client.get("/applications/").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
