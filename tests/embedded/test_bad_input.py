"""Bad input of every kind: a documented error each, never a 500, and nothing is changed by it."""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organizations.embedded.inprocess import InProcessTransport
from organizations.embedded.models import EmbeddedOrganization, rows_in
from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire() -> Wire:
    return wire_to(contoso(contacts=()))


def raw(wire: Wire, method: str, path: str, content: bytes, content_type: str = "application/json") -> httpx.Response:
    headers = {"Authorization": f"Bearer {wire.token}", "Content-Type": content_type}
    with httpx.Client(transport=InProcessTransport()) as client:
        return client.request(method, f"{wire.base_url}/api/data/v9.2/{path}", content=content, headers=headers)


def contacts() -> int:
    return rows_in(EmbeddedOrganization.objects.get(name="contoso"), "contact").count()


BODIES: tuple[bytes, ...] = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b"\xef\xbb\xbf\xef\xbb\xbf{}",
    b'{"lastname": NaN}',
    b'{"lastname": Infinity}',
    b'{"lastname": "a\\u0000b"}',
    b'{"lastname": "\\ud800"}',
    b'{"lastname": 5}',
    b'{"lastname": ["x"]}',
    b'{"lastname": {"x": 1}}',
    b'{"numberofchildren": 1e400}',
    b'{"numberofchildren": 2147483648}',
    b'{"numberofchildren": true}',
    b'{"numberofchildren": 1.5}',
    b'{"annualincome": 1e30}',
    b'{"birthdate": "2020-02-30"}',
    b'{"birthdate": "20200101"}',
    b'{"lastonholdtime": "2020-01-01"}',
    b'{"contactid": "nonsense"}',
    b'{"contactid": null}',
    b'{"parentcustomerid_account@odata.bind": 5}',
    b'{"parentcustomerid_account@odata.bind": "/accounts"}',
    b'{"parentcustomerid_account@odata.bind": "/contacts(11111111-1111-1111-1111-111111111111)"}',
    b'{"parentcustomerid_account@odata.bind": "/accounts(11111111-1111-1111-1111-111111111111)"}',
    b'{"parentcustomerid_account@odata.bind": "/accounts(accountnumber=\'none\')"}',
    b'{"parentcustomerid_account": {"name": "deep"}}',
    b'{"contact_customer_contacts": [{"lastname": "deep"}]}',
    b'{"_parentcustomerid_value": "11111111-1111-1111-1111-111111111111"}',
    b'{"fullname": "read-only"}',
    b'{"": 1}',
    b'{"@odata.bind": 1}',
    b'{"statuscode": 99}',
    b'{"statecode": 1, "statuscode": 1}',
    json.dumps({"lastname": "x" * 60}).encode(),
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"[" * 100_000,
)


def test_a_bad_body_is_refused_and_changes_nothing(wire: Wire) -> None:
    before = contacts()
    for body in BODIES:
        for method, path in (("POST", "contacts"), ("POST", "contacts/Microsoft.Dynamics.CRM.CreateMultiple")):
            if body == b"" and path == "contacts":
                continue  # an empty row is a row
            answer = raw(wire, method, path, body)
            assert answer.status_code in (400, 404, 501), (path, body[:80], answer.text[:300])
            assert answer.json()["error"]["code"].startswith("0x"), body[:80]
    assert contacts() == before


def test_a_failure_in_the_middle_undoes_what_came_before(wire: Wire) -> None:
    before = contacts()
    targets = [{"@odata.type": "Microsoft.Dynamics.CRM.contact", "lastname": "Good"}] * 3
    for bad in (
        {"lastname": 5},
        {"parentcustomerid_account@odata.bind": "/accounts(11111111-1111-1111-1111-111111111111)"},
    ):
        named = {"Targets": [*targets, {"@odata.type": "Microsoft.Dynamics.CRM.contact", **bad}]}
        assert wire.send("POST", "contacts/Microsoft.Dynamics.CRM.CreateMultiple", named).status_code in (400, 404)
    assert contacts() == before


def test_another_kind_of_content_is_refused(wire: Wire) -> None:
    for content_type in ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"):
        assert raw(wire, "POST", "contacts", b"{}", content_type).status_code == 415, content_type
    assert raw(wire, "POST", "$batch", b"{}", "application/json").status_code == 400
    plain = "application/json; odata.metadata=minimal; charset=utf-8"
    assert raw(wire, "POST", "contacts", b'{"lastname":"x"}', plain).status_code == 204


def test_a_body_that_is_too_large_is_refused_before_it_is_read(wire: Wire) -> None:
    headers = {"Authorization": f"Bearer {wire.token}", "Content-Length": str(200 * 1024 * 1024)}
    with httpx.Client(transport=InProcessTransport()) as client:
        answer = client.post(f"{wire.base_url}/api/data/v9.2/contacts", content=b"{}", headers=headers)
    assert answer.status_code == 413


BATCHES: tuple[bytes, ...] = (
    b"",
    b"--b--\r\n",
    b"--b\r\n",
    b"--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n",
    b"--b\r\nContent-Type: text/plain\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n--b--",
    b"--b\r\nContent-Type: application/http\r\n\r\nGETWhoAmI\r\n\r\n--b--",
    b"--b\r\nContent-Type: application/http\r\n\r\n\xff\xfe\r\n--b--",
    b"--b\r\nContent-Type: multipart/mixed\r\n\r\nnothing\r\n--b--",
    b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--",
)


def test_a_bad_batch_is_refused(wire: Wire) -> None:
    for body in BATCHES:
        answer = raw(wire, "POST", "$batch", body, "multipart/mixed; boundary=b")
        assert answer.status_code == 400, (body, answer.text[:300])
    for content_type in ("multipart/mixed", "multipart/mixed; boundary=", "multipart/related; boundary=b"):
        assert raw(wire, "POST", "$batch", b"--b--", content_type).status_code == 400


def test_deep_expands_and_paths_are_refused(wire: Wire) -> None:
    deep = "createdby" + "($expand=createdby" * 40 + ")" * 40
    assert wire.send("GET", f"contacts?$expand={deep}").status_code in (400, 501)
    assert wire.send("GET", "contacts?$expand=" + "(" * 5000).status_code == 400
    lone = "accounts?$expand=contact_customer_accounts($filter=" + "not (" * 2000 + "lastname eq 'x'" + ")" * 2000 + ")"
    assert wire.send("GET", lone).status_code == 400


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["lastname", "eq", "'x'", "(", ")", "any", "c:c/lastname", "null", "$it", "1", "in", "not", "/", ","]
    ),
)


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    option=st.sampled_from(
        ["$filter", "$orderby", "$select", "$expand", "$top", "$count", "$skiptoken", "$deltatoken"]
    ),
    parts=st.lists(words, max_size=8),
)
def test_no_query_breaks_the_server(wire: Wire, option: str, parts: list[str]) -> None:
    text = " ".join(parts).encode("utf-8", "replace").decode()
    for path in ("contacts", "EntityDefinitions"):
        answer = wire.send("GET", f"{path}?{option}={quote(text)}")
        assert answer.status_code in (200, 400, 410, 501), (path, option, text, answer.text[:300])
