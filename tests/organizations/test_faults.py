"""The fault switch: everything a provisioning needs of its organization can be made to fail, and made right again."""

import json
import time
import uuid
from io import StringIO
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from organizations.client import organization_client
from organizations.embedded.inprocess import InProcessTransport
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from organizations.services import organization_refresh
from tests.builders.organizations import contoso, fabrikam
from tests.organizations.packages import manifest, package
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return contoso()


def switch(wire: Wire, method: str, rule: dict[str, Any] | None = None) -> httpx.Response:
    with httpx.Client(transport=InProcessTransport()) as client:
        headers = {"Authorization": f"Bearer {wire.token}"}
        return client.request(method, f"{wire.base_url}/_faults", json=rule, headers=headers)


def test_requests_are_answered_with_an_error_so_often(organization: Organization) -> None:
    wire = wire_to(organization)
    rule = {"kind": "answer", "path": "contacts", "method": "get", "status": 429, "retry_after": 7, "times": 2}
    assert switch(wire, "POST", rule).status_code == 201
    answers = [wire.send("GET", "contacts") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert wire.send("GET", "accounts").status_code == 200
    assert wire.send("POST", "contacts", {}).status_code == 204


def test_the_client_says_what_the_organization_said(organization: Organization) -> None:
    rule = {"kind": "answer", "path": "WhoAmI", "status": 403, "code": "0x80072560", "message": "Not a member."}
    switch(wire_to(organization), "POST", rule)
    with organization_client(organization) as client, pytest.raises(OrganizationRefused) as refused:
        client.who_am_i()
    assert (refused.value.service_code, refused.value.service_text) == ("0x80072560", "Not a member.")
    with pytest.raises(OrganizationProblem):
        organization_refresh(organization_id=organization.pk)
    organization.refresh_from_db()
    assert organization.refresh_error is not None
    assert organization.refresh_error["code"] == "organizations:not-allowed"


def test_a_long_pause_that_is_asked_for_is_left_to_the_caller(organization: Organization) -> None:
    switch(wire_to(organization), "POST", {"kind": "answer", "status": 503, "retry_after": 60, "times": 1})
    began = time.monotonic()
    with organization_client(organization) as client, pytest.raises(OrganizationUnavailable) as busy:
        client.who_am_i()
    assert busy.value.retry_after == 60
    assert time.monotonic() - began < 5


def test_a_short_pause_is_waited_for(organization: Organization) -> None:
    switch(wire_to(organization), "POST", {"kind": "answer", "status": 429, "retry_after": 0, "times": 3})
    with organization_client(organization) as client:
        assert client.who_am_i().organization_id == organization.organization_id


def test_an_organization_hangs(organization: Organization) -> None:
    wire = wire_to(organization)
    switch(wire, "POST", {"kind": "hang", "seconds": 0.3, "times": 1})
    began = time.monotonic()
    assert wire.send("GET", "WhoAmI").status_code == 200
    assert time.monotonic() - began >= 0.3


def test_an_import_is_refused_and_works_when_the_switch_is_cleared(organization: Organization) -> None:
    wire = wire_to(organization)
    switch(wire, "POST", {"kind": "refuse_import", "solution": "sample", "code": "0x80048034", "message": "No."})
    with organization_client(organization) as client:
        staged = client.stage_solution(package())
        assert [(problem.code, problem.message) for problem in staged.problems] == [("0x80048034", "No.")]
        assert client.stage_solution(package(manifest("Other"))).problems == ()
        assert switch(wire, "DELETE").json() == {"cleared": 1}
        assert client.stage_solution(package()).problems == ()


def test_a_role_is_dropped_and_given_back(organization: Organization) -> None:
    wire = wire_to(organization)
    rule = {"kind": "drop_role", "user": "JAY@contoso.example", "role": "System Administrator"}
    assert switch(wire, "POST", rule).status_code == 201
    organization_refresh(organization_id=organization.pk)
    assert not organization.users.get(name="Jay Hamlin").is_system_administrator
    assert switch(wire, "POST", rule).status_code == 400  # there is nothing left to drop
    switch(wire, "DELETE")
    organization_refresh(organization_id=organization.pk)
    assert organization.users.get(name="Jay Hamlin").is_system_administrator


def test_the_website_record_and_the_administrators_contact_can_fail(organization: Organization) -> None:
    wire = wire_to(organization)
    with organization_client(organization) as client:
        staged = client.stage_solution(package(manifest(tables=("adx_website", "adx_webrole"))))
        client.import_solution(upload_id=staged.upload_id, import_job_id=uuid.uuid4())
        for path in ("adx_websites", "contacts"):
            rule = {"kind": "answer", "method": "PATCH", "path": path, "status": 400, "code": "0x80040265"}
            switch(wire, "POST", rule)
            with pytest.raises(OrganizationRefused):
                client.upsert(path, uuid.uuid4(), {})


def test_the_token_endpoint_can_fail(organization: Organization) -> None:
    switch(wire_to(organization), "POST", {"kind": "answer", "path": "oauth2/", "status": 500, "times": 1})
    from organizations.client.tokens import tokens_forget

    tokens_forget()
    with organization_client(organization) as client:
        with pytest.raises(OrganizationUnavailable) as away:
            client.who_am_i()
        assert away.value.code == "organizations:authority-unavailable"
        assert client.who_am_i()


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "nosuch"},
        {"kind": "answer", "status": 200},
        {"kind": "answer", "status": "500"},
        {"kind": "answer", "times": 0},
        {"kind": "answer", "times": -1},
        {"kind": "answer", "retry_after": -1},
        {"kind": "hang"},
        {"kind": "hang", "seconds": 1e9},
        {"kind": "drop_role", "user": "jay@contoso.example"},
        {"kind": "drop_role", "user": "nobody@contoso.example", "role": "System Administrator"},
        {"kind": "answer", "nosuch": 1},
        {"kind": "answer", "path": 5},
    ],
)
def test_a_rule_without_sense_is_refused(organization: Organization, rule: dict[str, Any]) -> None:
    wire = wire_to(organization)
    assert switch(wire, "POST", rule).status_code == 400
    assert switch(wire, "GET").json() == {"faults": []}


def test_the_switch_needs_the_organizations_own_token(organization: Organization) -> None:
    foreign = wire_to(fabrikam()).token
    for token, status in (("", 401), (foreign, 403)):
        assert switch(Wire(organization.url, token), "POST", {"kind": "answer"}).status_code == status


def test_the_command_does_the_same(organization: Organization) -> None:
    def told(*words: str) -> str:
        out = StringIO()
        call_command("orgfault", *words, stdout=out)
        return out.getvalue()

    told("contoso", "add", "answer", "--path", "contacts", "--status", "500", "--times", "1")
    assert json.loads(told("contoso", "list"))["path"] == "contacts"
    assert wire_to(organization).send("GET", "contacts").status_code == 500
    assert told("contoso", "clear").startswith("1 ")
    for words in (("nosuch", "list"), ("contoso", "add", "hang")):
        with pytest.raises(CommandError):
            told(*words)
