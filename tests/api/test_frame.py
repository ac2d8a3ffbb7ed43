"""What holds for every endpoint: problems, limits, query counts, the schema."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from adminsite.api.counting import RequestCounter
from operations.models import Operation
from organizations.models import Organization
from portals.models import PortalLicense
from tests.api.conftest import Cast
from tests.builders.api import Caller, administrator_row, organization_row
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "licenses/", b"{", 400, "api:parse-error"),
        ("POST", "licenses/", b"[" * 100_000, 400, "api:parse-error"),
        ("POST", "licenses/", b'{"type": NaN}', 400, "api:parse-error"),
        ("POST", "licenses/", b"\xff\xfe", 400, "api:parse-error"),
        ("POST", "licenses/", b"[]", 400, "api:invalid"),
        ("POST", "licenses/", b'"trial"', 400, "api:invalid"),
        ("POST", "licenses/", b"null", 400, "api:invalid"),
        ("POST", "licenses/", b'{"type": "' + b"x" * 3_000_000 + b'"}', 413, "api:too-large"),
        ("GET", f"portals/{uuid.UUID(int=1)}/", None, 404, "portals:not-found"),
        ("GET", "portals/not-a-uuid/", None, 404, "api:no-such-address"),
        ("GET", "portals", None, 404, "api:no-such-address"),
        ("POST", "nothing/here/", {}, 404, "api:no-such-address"),
        ("DELETE", "licenses/", None, 405, "api:method-not-allowed"),
        ("OPTIONS", "licenses/", None, 405, "api:method-not-allowed"),
        ("PUT", "portals/", {}, 405, "api:method-not-allowed"),
    ],
)
def test_what_goes_wrong_is_a_problem(cast: Cast, method: str, path: str, body: object, status: int, code: str) -> None:
    answer = cast.alice.ask(method, path, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert MEMBERS <= set(told) <= MEMBERS | {"errors"}
    assert (told["code"], told["status"], told["type"]) == (code, status, f"urn:portal-problem:{code}")
    assert told["request_id"] == answer["X-Request-ID"]


def test_another_media_type_is_a_problem(cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {cast.alice.token}"}
    answer = Client().post("/api/v1/licenses/", "type=trial", content_type="text/plain", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "api:unsupported-media-type")
    answer = cast.alice.get("licenses/", Accept="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")


def test_a_breakdown_of_ours_gives_a_reference_and_no_inner_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr("portals.api.subdomain_availability", broken)
    answer = cast.alice.get("subdomains/some-name/", X_Request_ID="reference-1234")
    assert (answer.status_code, answer.json()["code"]) == (500, "api:unexpected")
    assert answer.json()["request_id"] == "reference-1234"
    assert b"inner words" not in answer.content
    assert any("request_broke" in record.getMessage() for record in caplog.records)


def test_every_answer_tells_how_much_of_the_limit_is_left(cast: Cast, settings: Settings) -> None:
    answer = cast.alice.get("catalog/")
    assert answer["RateLimit-Policy"] == '"read";q=1200;w=60'
    assert answer["RateLimit"].startswith('"read";r=1')


def test_too_many_requests_are_refused_with_the_time_to_wait(cast: Cast, settings: Settings) -> None:
    settings.API_REQUESTS_A_MINUTE = {"read": 3, "write": 1}
    statuses = [cast.alice.get("catalog/").status_code for _ in range(5)]
    assert statuses.count(429) >= 1
    answer = next(answer for answer in iter(lambda: cast.alice.get("catalog/"), None) if answer.status_code == 429)
    assert answer.json()["code"] == "api:throttled"
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert cast.bob.get("catalog/").status_code == 200


def test_without_the_broker_each_process_counts_for_itself(settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    counter = RequestCounter()
    name = str(uuid.uuid4())
    assert [counter.add(name, window_seconds=3600) for _ in range(3)] == [1, 2, 3]


def test_two_processes_share_one_count() -> None:
    name = str(uuid.uuid4())
    assert [RequestCounter().add(name, window_seconds=3600) for _ in range(3)] == [1, 2, 3]


def _portals(organization: Organization) -> None:
    portal = portal_row(organization)
    Operation.objects.create(
        workflow="provision-portal",
        resource_type="portal",
        resource_id=portal.pk,
        organization_id=organization.pk,
        plan=[{"name": "install-solution", "title": "Install", "argument": ""}],
    )


LISTS: dict[str, Callable[[Organization], object]] = {
    "portals/": _portals,
    "operations/": _portals,
    "licenses/": portal_row,
    "organizations/": lambda organization: organization_row(f"org-{uuid.uuid4().hex[:8]}"),
    "organizations/{organization}/administrators/": lambda organization: administrator_row(organization, "Ann Other"),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_longer_list_takes_no_more_queries(cast: Cast, contoso: Organization, path: str) -> None:
    LISTS[path](contoso)
    address = path.format(organization=contoso.pk)
    few = _queries(cast.grace, address)
    for _ in range(10):
        LISTS[path](contoso)
    assert len(cast.grace.get(address).json()["results"]) >= 11
    many = _queries(cast.grace, address)
    assert many == few <= 6


def _queries(who: Caller, path: str) -> int:
    who.get(path)  # the first request notes the token's use
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert who.get(path).status_code == 200
    return len(queries)


def test_the_committed_schema_is_what_the_code_says() -> None:
    call_command("openapi", "--check")


def test_the_schema_and_its_page_need_no_account(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"<style" not in page.content
    assert page.content.count(b"<script src=") == page.content.count(b"<script")
    assert b"://" not in page.content.replace(b"http://www.w3.org", b"")
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def test_a_licence_of_a_trial_tells_when_it_ends(cast: Cast) -> None:
    told = cast.alice.post("licenses/", {"type": "trial"}).json()
    assert told["expires_at"].endswith("Z")
    assert (told["state"], told["portal"]) == ("available", None)
    taken = PortalLicense.objects.get(pk=told["id"])
    assert taken.taken_by == cast.alice.user
