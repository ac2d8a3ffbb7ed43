"""Who is let in, and that no organization ever sees another one's rows."""

import base64
import uuid
from typing import Any

import httpx
import pytest
import time_machine

from organizations.client import organization_client
from organizations.client.tokens import tokens_forget
from organizations.embedded.inprocess import InProcessTransport
from organizations.embedded.models import MODELS, EmbeddedOrganization, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.seed import client_secret_of
from organizations.errors import OrganizationRefused
from tests.builders.organizations import contoso, fabrikam, tenant_of
from tests.organizations.packages import manifest, package
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db


def ask_token(url: str, data: dict[str, str], headers: dict[str, str] | None = None) -> httpx.Response:
    with httpx.Client(transport=InProcessTransport()) as client:
        return client.post(f"{url}/oauth2/v2.0/token", data=data, headers=headers or {})


def test_nobody_gets_in_without_a_valid_token() -> None:
    organization = contoso()
    for token in ("", "x", "x.y.z"):
        answer = Wire(organization.url, token).send("GET", "contacts")
        assert answer.status_code == 401
        assert "authorization_uri" in answer.headers["WWW-Authenticate"]
        assert answer.json()["error"]["code"]


def test_a_token_ends_after_an_hour() -> None:
    wire = wire_to(contoso())
    with time_machine.travel("2099-01-01"):
        assert wire.send("GET", "WhoAmI").status_code == 401


def test_a_token_of_contoso_is_refused_at_fabrikam() -> None:
    token = wire_to(contoso()).token
    there = Wire(fabrikam().url, token)
    assert there.refused("WhoAmI", 403, "0x80072560") == "The user is not a member of the organization."
    assert there.send("GET", "../../../_faults").status_code in (401, 403, 404)


def test_the_token_endpoint_refuses_wrong_credentials() -> None:
    organization = contoso()
    tenant = tenant_of(organization)
    good = {
        "grant_type": "client_credentials",
        "client_id": str(tenant.client_id),
        "client_secret": client_secret_of(tenant),
        "scope": f"{organization.url}/.default",
    }
    assert ask_token(organization.url, good).json()["token_type"] == "Bearer"
    for field, wrong, error in (
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_id", str(uuid.uuid4()), "invalid_client"),
        ("client_secret", "wrong", "invalid_client"),
        ("client_secret", "", "invalid_client"),
        ("scope", "https://elsewhere.example/.default", "invalid_scope"),
    ):
        answer = ask_token(organization.url, {**good, field: wrong})
        assert answer.status_code in (400, 401)
        assert answer.json()["error"] == error
    basic = base64.b64encode(f"{good['client_id']}:{good['client_secret']}".encode()).decode()
    rest = {"grant_type": good["grant_type"], "scope": good["scope"]}
    assert ask_token(organization.url, rest, {"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_secret_of_contoso_gives_no_token_at_fabrikam() -> None:
    first, second = contoso(), fabrikam()
    tenant = tenant_of(first)
    data = {
        "grant_type": "client_credentials",
        "client_id": str(tenant.client_id),
        "client_secret": client_secret_of(tenant),
        "scope": f"{second.url}/.default",
    }
    assert ask_token(second.url, data).json()["error"] == "invalid_client"


def test_a_wrong_secret_is_a_permanent_refusal_for_the_client() -> None:
    organization = contoso()
    tenant = tenant_of(organization)
    EmbeddedOrganization.objects.filter(pk=tenant.pk).update(client_id=uuid.uuid4())
    tokens_forget()
    with organization_client(organization) as client, pytest.raises(OrganizationRefused) as refused:
        client.who_am_i()
    assert refused.value.code == "organizations:credentials-refused"
    assert refused.value.permanent


def test_the_client_gets_a_new_token_where_the_old_one_is_no_longer_taken() -> None:
    organization = contoso()
    with organization_client(organization) as client:
        client.who_am_i()
        with time_machine.travel("2099-01-01", tick=False):
            assert client.who_am_i().organization_id == organization.organization_id


def test_the_same_id_lives_twice_without_meeting() -> None:
    here, there = wire_to(contoso(contacts=())), wire_to(fabrikam())
    id = uuid.uuid4()
    here.patch(f"contacts({id})", {"firstname": "Ours"})
    there.patch(f"contacts({id})", {"firstname": "Theirs"})
    assert here.get(f"contacts({id})")["firstname"] == "Ours"
    there.send("DELETE", f"contacts({id})")
    assert here.get(f"contacts({id})")["firstname"] == "Ours"
    assert [row["firstname"] for row in here.get("contacts")["value"]] == ["Ours"]
    assert there.get("contacts")["value"] == []


def test_a_row_of_another_organization_cannot_be_referred_to_or_linked() -> None:
    here, there = wire_to(contoso(contacts=())), wire_to(fabrikam())
    id = uuid.uuid4()
    there.patch(f"accounts({id})", {"name": "Theirs"})
    here.post("contacts", {"parentcustomerid_account@odata.bind": f"/accounts({id})"}, status=404)
    foreign_role = there.get("roles?$top=1")["value"][0]["roleid"]
    user = here.get("systemusers?$top=1")["value"][0]["systemuserid"]
    here.post(
        f"systemusers({user})/systemuserroles_association/$ref", {"@odata.id": f"roles({foreign_role})"}, status=404
    )
    assert here.get("contacts?$filter=parentcustomerid_account/name%20eq%20'Theirs'")["value"] == []


def test_every_table_keeps_organizations_apart() -> None:
    """By address, list, count and navigation: a row put into one organization never shows in the other."""
    organization = contoso(contacts=())
    with organization_client(organization) as client:
        staged = client.stage_solution(package(manifest(tables=tuple(TABLES))))
        client.import_solution(upload_id=staged.upload_id, import_job_id=uuid.uuid4())
    wire, other = wire_to(organization), tenant_of(fabrikam())
    for table in TABLES.values():
        id = uuid.uuid4()
        values: dict[str, Any] = {table.primary_id: id, "tenant_id": other.pk, "versionnumber": 1}
        MODELS[table.name]._default_manager.create(**values)
        before = wire.send("GET", f"{table.entity_set}/$count").text
        assert wire.get(f"{table.entity_set}?$filter={table.primary_id}%20eq%20{id}")["value"] == [], table.name
        assert wire.refused(f"{table.entity_set}({id})", 404, "0x80040217"), table.name
        assert rows_in(tenant_of(organization), table.name).count() == int(before), table.name


def test_limits_of_one_organization_are_kept_and_told() -> None:
    wire = wire_to(contoso())
    EmbeddedOrganization.objects.update(limit_requests=8)
    answers = [wire.send("GET", "WhoAmI") for _ in range(9)]
    last = answers[-1]
    assert last.status_code == 429
    assert last.json()["error"]["code"] == "0x80072322"
    assert int(last.headers["Retry-After"]) > 0
    assert answers[0].headers["x-ms-ratelimit-burst-remaining-xrm-requests"].isdecimal()
