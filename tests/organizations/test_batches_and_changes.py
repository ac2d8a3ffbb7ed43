"""Many calls in one request, and following what changes."""

import json
import uuid
from typing import Any

import httpx
import pytest

from organizations.embedded.inprocess import InProcessTransport
from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to


@pytest.fixture
def wire(db: None) -> Wire:
    return wire_to(contoso(contacts=()))


def operation(method: str, url: str, body: object = None, content_id: str = "", newline: str = "\r\n") -> str:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id}"] if content_id else []
    lines += ["", f"{method} {url} HTTP/1.1", "Content-Type: application/json; type=entry", ""]
    return newline.join([*lines, "" if body is None else json.dumps(body)])


def multipart(boundary: str, parts: list[str], newline: str = "\r\n") -> str:
    return "".join(f"--{boundary}{newline}{part}{newline}" for part in parts) + f"--{boundary}--{newline}"


def change_set(*operations: str) -> str:
    return "Content-Type: multipart/mixed; boundary=set\r\n\r\n" + multipart("set", list(operations))


def batch(wire: Wire, *parts: str, newline: str = "\r\n", **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Bearer {wire.token}", "Content-Type": 'multipart/mixed; boundary="b"'} | headers
    with httpx.Client(transport=InProcessTransport()) as client:
        content = multipart("b", list(parts), newline).encode()
        return client.post(f"{wire.base_url}/api/data/v9.2/$batch", content=content, headers=sent)


def statuses(answer: httpx.Response) -> list[int]:
    assert answer.headers["Content-Type"].startswith("multipart/mixed"), answer.text
    return [int(line.split()[1]) for line in answer.text.splitlines() if line.startswith("HTTP/1.1 ")]


def test_operations_are_answered_in_their_order_however_they_are_written(wire: Wire) -> None:
    answer = batch(
        wire,
        operation("POST", f"{wire.base_url}/api/data/v9.2/contacts", {"firstname": "A&B ü"}),
        operation("GET", "/org/contoso/api/data/v9.2/contacts?$filter=firstname eq 'A%26B ü'&$select=firstname"),
        operation("GET", "contacts/$count", newline="\n"),
    )
    assert statuses(answer) == [204, 200, 200]
    assert "A&B ü" in answer.text
    assert statuses(batch(wire, operation("GET", "WhoAmI", newline="\n"), newline="\n")) == [200]


def test_a_change_set_is_all_or_nothing(wire: Wire) -> None:
    good = operation("POST", "contacts", {"firstname": "A"}, "1")
    assert statuses(batch(wire, change_set(good, operation("POST", "contacts", {"firstname": 5}, "2")))) == [400]
    assert wire.send("GET", "contacts/$count").text == "0"
    assert statuses(batch(wire, change_set(good, operation("POST", "contacts", {"firstname": "B"}, "2")))) == [204, 204]
    assert wire.send("GET", "contacts/$count").text == "2"


def test_a_row_of_the_same_change_set_can_be_named(wire: Wire) -> None:
    answer = batch(
        wire,
        change_set(
            operation("POST", "accounts", {"name": "Adventure Works"}, "1"),
            operation("POST", "contacts", {"firstname": "A", "parentcustomerid_account@odata.bind": "$1"}, "2"),
            operation("PATCH", "$2", {"lastname": "costs $1"}, "3"),
        ),
    )
    assert statuses(answer) == [204, 204, 204]
    contact = wire.get("contacts?$expand=parentcustomerid_account($select=name)")["value"][0]
    assert contact["parentcustomerid_account"]["name"] == "Adventure Works"
    assert contact["lastname"] == "costs $1"


def test_a_batch_ends_at_the_first_error_unless_it_shall_go_on(wire: Wire) -> None:
    parts = operation("GET", "nosuch"), operation("GET", "WhoAmI")
    assert statuses(batch(wire, *parts)) == [404]
    assert statuses(batch(wire, *parts, Prefer="odata.continue-on-error")) == [404, 200]


def test_a_batch_that_ends_at_an_error_has_its_status(wire: Wire) -> None:
    parts = [operation("GET", f"contacts({uuid.uuid4()})"), operation("GET", "contacts")]
    assert batch(wire, *parts).status_code == 400
    assert batch(wire, *parts, Prefer="odata.continue-on-error").status_code == 200
    assert batch(wire, parts[1]).status_code == 200


def test_a_change_set_that_failed_is_answered_as_one_with_a_single_part(wire: Wire) -> None:
    good, bad = operation("POST", "contacts", {"firstname": "A"}, "1"), operation("POST", "contacts", {"x": 5}, "2")
    for parts in ((good, bad), (bad,)):
        answer = batch(wire, change_set(*parts))
        assert statuses(answer) == [400]
        assert "multipart/mixed; boundary=changesetresponse_" in answer.text
        assert "Content-ID: 2" in answer.text


def test_a_content_id_names_one_operation_before(wire: Wire) -> None:
    one = operation("POST", "accounts", {"name": "A"}, "1")
    assert batch(wire, change_set(one, one)).status_code == 400
    early = operation("POST", "contacts", {"lastname": "B", "parentcustomerid_account@odata.bind": "$1"}, "2")
    answer = batch(wire, change_set(early, one))
    assert "Content-ID Reference: '$1' does not exist in the batch context." in answer.text


def test_an_operation_on_another_organization_is_refused_and_not_answered_with_this_one(wire: Wire) -> None:
    host = wire.base_url.partition("/org/")[0]
    for url in (
        f"{host}/org/fabrikam/api/data/v9.2/contacts",
        "/org/fabrikam/api/data/v9.2/contacts",
        "https://elsewhere.example/org/contoso/api/data/v9.2/contacts",
        "https://[/api/data/v9.2/contacts",
    ):
        assert statuses(batch(wire, operation("GET", url))) == [400], url
    for url in (
        f"{wire.base_url}/api/data/v9.2/contacts",
        "/api/data/v9.2/contacts",
        "/org/contoso/api/data/v9.1/contacts",
    ):
        assert statuses(batch(wire, operation("GET", url))) == [200], url


def test_a_wrong_batch_is_refused(wire: Wire) -> None:
    assert batch(wire, change_set(operation("GET", "WhoAmI"))).status_code == 400
    assert batch(wire, operation("GET", "WhoAmI").replace("HTTP/1.1", "")).status_code == 400
    assert batch(wire, "Content-Type: text/plain\r\n\r\nx").status_code == 400
    assert batch(wire, operation("GET", "WhoAmI"), **{"Content-Type": "text/plain"}).status_code == 400
    assert batch(wire, *[operation("GET", "WhoAmI")] * 1001).status_code == 400
    assert statuses(batch(wire, operation("POST", "$batch"))) == [400]
    assert wire.send("GET", "$batch").status_code == 405


def follow(wire: Wire, link: str) -> Any:
    return wire.get(link.removeprefix(f"{wire.base_url}/api/data/v9.2/"))


@pytest.mark.django_db(transaction=True)
def test_changes_and_deletions_are_followed() -> None:
    wire = wire_to(contoso(contacts=()))
    first, second, third = (str(uuid.uuid4()) for _ in range(3))
    for id in (first, second):
        wire.post("contacts", {"contactid": id, "firstname": "A"})
    track = "odata.track-changes,odata.maxpagesize=1"
    page = wire.get("contacts?$select=firstname", Prefer=track)
    wire.patch(f"contacts({first})", {"firstname": "changed while pages are read"})
    seen = page["value"]
    while "@odata.nextLink" in page:
        page = wire.get(page["@odata.nextLink"].removeprefix(f"{wire.base_url}/api/data/v9.2/"), Prefer=track)
        seen += page["value"]
    assert {row["contactid"] for row in seen} == {first, second}
    delta = follow(wire, page["@odata.deltaLink"])
    # Another transaction of the server may be open: then rows come once more, but none is ever missed.
    assert (first, "changed while pages are read") in {(row["contactid"], row["firstname"]) for row in delta["value"]}
    wire.post("contacts", {"contactid": third})
    wire.send("DELETE", f"contacts({second})")
    delta = follow(wire, delta["@odata.deltaLink"])
    told = [row.get("contactid") or (row["id"], row["reason"]) for row in delta["value"]]
    assert set(told) >= {third, (second, "deleted")}
    assert second not in told
    assert "@odata.deltaLink" in follow(wire, delta["@odata.deltaLink"])


def test_change_tracking_refuses_what_it_cannot_do(wire: Wire) -> None:
    for option in ("$filter=firstname%20eq%20'a'", "$orderby=firstname", "$expand=createdby", "$top=1"):
        wire.get(f"contacts?{option}", status=400, Prefer="odata.track-changes")
    wire.get("contacts?$deltatoken=x", status=400)
    link = wire.get("contacts", Prefer="odata.track-changes")["@odata.deltaLink"]
    old = link.replace(link.rsplit("%21", 1)[1], "01%2F01%2F2020%2000%3A00%3A00")
    wire.get(old.removeprefix(f"{wire.base_url}/api/data/v9.2/"), status=410)
