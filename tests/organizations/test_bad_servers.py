"""Organizations and authorities that misbehave, over real TLS connections: each is told in words, none is believed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from core.checking import Check
from organizations.certificates import certificate_read
from organizations.client import WebApiClient
from organizations.client.exchange import Exchange
from organizations.client.tokens import Credentials
from organizations.client.values import SYSTEM_ADMINISTRATOR
from organizations.connection import connection_test
from organizations.drafts import Draft, draft_check
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from tests.organizations.server import ME, LittleServer, Say, application_certificate, little_server

pytestmark = pytest.mark.django_db
CLIENT = str(uuid.uuid4())


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleServer]:
    with little_server(tmp_path, monkeypatch) as made:
        made.on("WhoAmI", Say.json(ME))
        yield made


def client_to(server: LittleServer, *, certificate: str = "", **exchange: Any) -> WebApiClient:
    credentials = Credentials(server.url, CLIENT, "" if certificate else "s3cret", server.url, certificate)
    return WebApiClient(credentials, exchange=Exchange(**exchange))


def problem_with(server: LittleServer, **exchange: Any) -> OrganizationProblem:
    with client_to(server, **exchange) as client, pytest.raises(OrganizationProblem) as problem:
        client.who_am_i()
    return problem.value


def draft_of(server: LittleServer, **changes: str | bytes) -> Organization:
    typed = {"name": "Contoso", "url": server.url, "tenant": server.url, "client_id": CLIENT, "client_secret": "s3cret"}
    return draft_check(Draft(**{**typed, **changes})).as_row()  # type: ignore[arg-type]


def failed(organization: Organization) -> Check:
    """The first thing that is not as it must be."""
    return next(check for check in connection_test(organization).checks if not check.passed)


# --- The server


def test_a_good_server_is_spoken_to(server: LittleServer) -> None:
    with client_to(server) as client:
        assert str(client.who_am_i().user_id) == ME["UserId"]


def test_an_answer_that_is_no_json_is_not_believed(server: LittleServer) -> None:
    server.on("WhoAmI", Say(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}))
    assert (problem_with(server).code, server.count("WhoAmI")) == ("organizations:bad-answer", 1)
    assert "no JSON" in failed(draft_of(server)).detail


def test_half_an_answer_is_asked_for_again_and_then_told(server: LittleServer) -> None:
    whole = Say.json(ME)
    server.on("WhoAmI", Say(body=whole.body, cut=20), whole)
    with client_to(server, patience=2.0) as client:
        assert client.who_am_i()
    server.on("WhoAmI", Say(body=whole.body, cut=20))
    assert problem_with(server, patience=0.0).code == "organizations:unreachable"


def test_a_redirection_to_another_host_is_not_followed(server: LittleServer) -> None:
    server.on("WhoAmI", Say(302, b"", {"Location": "https://evil.example/api/data/v9.2/WhoAmI"}))
    problem = problem_with(server)
    assert (problem.code, problem.permanent) == ("organizations:redirected", True)
    assert "another host" in failed(draft_of(server)).detail


def test_a_next_page_on_another_host_is_not_followed(server: LittleServer) -> None:
    server.on("contacts", Say.json({"value": [], "@odata.nextLink": "https://evil.example/api/data/v9.2/contacts?x"}))
    with client_to(server) as client, pytest.raises(OrganizationRefused) as refused:
        list(client.rows("contacts"))
    assert refused.value.code == "organizations:redirected"


def test_an_expired_certificate_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with little_server(tmp_path, monkeypatch, ends_in=timedelta(hours=-1)) as server:
        problem = problem_with(server)
        check = failed(draft_of(server))
    assert (problem.code, problem.permanent) == ("organizations:certificate", True)
    assert "expired" in check.detail
    assert "PORTAL_TRUST_ROOTS" in check.who_can_fix
    assert server.seen == []


def test_a_certificate_of_an_unknown_authority_is_not_trusted(server: LittleServer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    from tests.organizations.server import certificates_make

    (tmp_path / "ca" / "root.crt").write_bytes(certificates_make(other, timedelta(days=1), root="another")[0])
    assert problem_with(server).code == "organizations:certificate"


def test_a_storm_of_429_ends_with_the_time_the_organization_asked_for(server: LittleServer) -> None:
    body = {"error": {"code": "0x80072322", "message": "Number of requests exceeded the limit of 6000."}}
    server.on("WhoAmI", Say.json(body, 429, Retry_After="30"))
    problem = problem_with(server)
    assert (problem.code, problem.retry_after, server.count("WhoAmI")) == ("organizations:busy", 30.0, 1)
    assert problem.service_code == "0x80072322"
    server.on("WhoAmI", Say.json(body, 429, Retry_After="0"))
    assert problem_with(server).retry_after == 0.0
    assert server.count("WhoAmI") == 1 + 4
    server.on("WhoAmI", Say.json(body, 429, Retry_After="99999999"))
    assert problem_with(server).retry_after == 900.0
    server.on("WhoAmI", Say.json(body, 429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"))
    assert problem_with(server, patience=-1.0).retry_after == 0.0


def test_everything_together_ends_within_the_time_that_was_given(server: LittleServer) -> None:
    server.on("WhoAmI", Say.json({}, 503, Retry_After="0"))
    began = time.monotonic()
    with client_to(server, patience=60.0, within=0.5) as client:
        with pytest.raises(OrganizationUnavailable):
            client.who_am_i()
        time.sleep(max(0.0, 0.5 - (time.monotonic() - began)))
        with pytest.raises(OrganizationUnavailable) as late:
            client.who_am_i()
    assert late.value.code == "organizations:timeout"


# --- The authority


@pytest.mark.parametrize(
    ("number", "word"),
    [("7000215", "secret is wrong"), ("7000222", "expired"), ("90002", "no such tenant"), ("700016", "no application")],
)
def test_what_entra_id_says_is_told_in_words(server: LittleServer, number: str, word: str) -> None:
    said = {"error": "invalid_client", "error_description": f"AADSTS{number}: long.\r\nTrace ID: x"}
    server.token = Say.json(said, 401)
    check = failed(draft_of(server))
    assert (check.name, check.code) == ("credentials", "organizations:credentials-refused")
    assert word in check.detail
    assert "s3cret" not in check.detail
    assert server.count("WhoAmI") == 0


def test_an_authority_that_talks_nonsense_is_told(server: LittleServer) -> None:
    server.token = Say(body=b"<html>")
    assert problem_with(server).code == "organizations:authority-unavailable"
    assert "tenant" in failed(draft_of(server)).detail


def test_a_clock_that_differs_is_told(server: LittleServer) -> None:
    server.clock = timedelta(minutes=12)
    checks = {check.name: check for check in connection_test(draft_of(server)).checks}
    assert "12 minutes behind" in checks["clock"].detail
    assert checks["clock"].is_warning


def test_an_application_signs_in_with_its_certificate(server: LittleServer) -> None:
    pem, certificate = application_certificate()
    with client_to(server, certificate=certificate_read(pem).pem) as client:
        client.who_am_i()
    form = server.forms[-1]
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    assert "client_secret" not in form
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    claims = jwt.decode(form["client_assertion"][0], key, algorithms=["PS256"], audience=f"{server.url}/token")
    assert (claims["iss"], claims["sub"]) == (CLIENT, CLIENT)


# --- Rights


def administrator(server: LittleServer, template: uuid.UUID = SYSTEM_ADMINISTRATOR) -> None:
    role = {"name": "Some role", "_roletemplateid_value": str(template)}
    server.on("systemusers", Say.json({"fullname": "App", "systemuserroles_association": [role], "value": []}))
    for table in ("roles", "organizations", "solutions", "contacts"):
        server.on(table, Say.json({"value": []}))


def test_every_right_is_looked_at(server: LittleServer) -> None:
    administrator(server)
    report = connection_test(draft_of(server))
    assert report.is_good
    assert [check.name for check in report.checks][:4] == ["address", "credentials", "answer", "administrator"]
    assert len(report.checks) == 9


def test_an_application_with_other_roles_is_told_which_one_is_missing(server: LittleServer) -> None:
    administrator(server, uuid.uuid4())
    check = failed(draft_of(server))
    assert (check.name, check.code) == ("administrator", "organizations:not-administrator")
    assert "It has Some role" in check.detail
    assert "Application users" in check.who_can_fix


def test_a_missing_privilege_is_named(server: LittleServer) -> None:
    administrator(server)
    message = "Principal user (Id=1, type=8) is missing prvReadSolution privilege (Id=2) on OTC=7100"
    server.on("solutions", Say.json({"error": {"code": "0x80040220", "message": message}}, 403))
    check = failed(draft_of(server))
    assert (check.name, check.detail) == ("read-solutions", "The application's role lacks prvReadSolution.")


def test_an_application_that_is_no_user_is_told_who_can_add_it(server: LittleServer) -> None:
    error = {"code": "0x80072560", "message": "The user is not a member of the organization."}
    server.on("WhoAmI", Say.json({"error": error}, 403))
    check = failed(draft_of(server))
    assert check.name == "answer"
    assert "not a user of the organization" in check.detail
    assert "0x80072560" in check.detail


@pytest.mark.parametrize("url", ["https://10.0.0.1", "https://169.254.169.254/latest", "https://[::1]:5432"])
def test_private_addresses_are_refused_before_anything_is_sent(server: LittleServer, url: str) -> None:
    check = failed(draft_of(server, url=url))
    assert (check.name, check.code, server.seen) == ("address", "organizations:address-refused", [])


# --- A batch inside its envelope


def multipart(*parts: bytes) -> Say:
    content = (
        b"".join(b"--b\r\nContent-Type: application/http\r\n\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    )
    return Say(body=content, headers={"Content-Type": "multipart/mixed; boundary=b"})


def test_a_429_inside_an_envelope_of_200_is_seen_and_sent_again_where_that_is_safe(server: LittleServer) -> None:
    from organizations.client.batching import Operation

    error = json.dumps({"error": {"code": "0x80071151", "message": "another [Import] running"}}).encode()
    busy = multipart(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n\r\n" + error)
    good = multipart(b"HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n\r\n")
    server.on("$batch", busy, good)
    operations = [Operation("DELETE", f"contacts({uuid.uuid4()})")]
    with client_to(server) as client:
        assert [one.answer.status for one in client.batch(operations, repeatable=True)] == [204]
        server.on("$batch", busy)
        told = client.batch(operations)[0].problem
        assert isinstance(told, OrganizationUnavailable)
        assert (told.code, told.retry_after, told.service_code) == ("organizations:busy", 0.0, "0x80071151")
        with pytest.raises(OrganizationUnavailable):
            client.batch(operations, repeatable=True)
        server.on("$batch", Say(body=good.body[:60], headers=good.headers))
        with pytest.raises(OrganizationUnavailable) as half:
            client.batch(operations)
    assert half.value.code == "organizations:bad-answer"


def test_a_create_whose_answer_was_lost_is_done_when_its_row_is_there(server: LittleServer) -> None:
    taken = Say.json(
        {"error": {"code": "0x80040237", "message": "A record with matching key values already exists."}}, 412
    )
    server.on("contacts", Say(body=b"x" * 50, cut=1), taken)
    with client_to(server) as client:
        client.create("contacts", "contactid", uuid.uuid4(), {"firstname": "A"})
        with pytest.raises(OrganizationRefused) as refused:
            client.create("contacts", "contactid", uuid.uuid4(), {"firstname": "A"})
    assert (refused.value.code, refused.value.service_code) == ("organizations:row-changed", "0x80040237")


def test_a_change_on_condition_is_never_sent_twice(server: LittleServer) -> None:
    server.on("contacts", Say(503, b""))
    with client_to(server) as client, pytest.raises(OrganizationUnavailable):
        client.update("contacts", uuid.uuid4(), {"firstname": "A"}, etag='W/"1"')
    assert server.count("contacts") == 1
