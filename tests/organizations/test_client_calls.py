"""What the client can say to an organization: versions, batches, bulk messages, keys, links, changes, pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from organizations.client import WebApiClient, organization_client
from organizations.client.batching import BatchAnswer, ChangeSet, Operation
from organizations.errors import OrganizationRefused
from tests.builders.organizations import contoso

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Iterator[WebApiClient]:
    with organization_client(contoso(contacts=())) as made:
        yield made


def person(client: WebApiClient, name: str = "Anna") -> uuid.UUID:
    id = uuid.uuid4()
    client.create("contacts", "contactid", id, {"firstname": name})
    return id


def name_of(client: WebApiClient, id: uuid.UUID) -> str:
    row = client.row("contacts", id, select=["firstname"])
    assert row is not None
    return str(row["firstname"])


# --- One row


def test_a_row_is_created_once(client: WebApiClient) -> None:
    id = person(client)
    with pytest.raises(OrganizationRefused) as taken:
        client.create("contacts", "contactid", id, {"firstname": "B"})
    assert (taken.value.status, name_of(client, id)) == (412, "Anna")


def test_an_update_needs_the_row_and_its_version(client: WebApiClient) -> None:
    id = person(client)
    row = client.row("contacts", id)
    assert row is not None
    client.update("contacts", id, {"firstname": "Berta"}, etag=row["@odata.etag"])
    with pytest.raises(OrganizationRefused) as changed:
        client.update("contacts", id, {"firstname": "Clara"}, etag=row["@odata.etag"])
    assert (changed.value.code, changed.value.service_code.lower()) == ("organizations:row-changed", "0x80060882")
    assert name_of(client, id) == "Berta"
    with pytest.raises(OrganizationRefused) as missing:
        client.update("contacts", uuid.uuid4(), {"firstname": "D"})
    assert missing.value.status == 404


def test_a_row_is_given_only_where_it_has_changed(client: WebApiClient) -> None:
    id = person(client)
    row = client.row("contacts", id)
    assert row is not None
    assert client.row_if_changed("contacts", id, row["@odata.etag"]) is None
    client.update("contacts", id, {"firstname": "Berta"})
    changed = client.row_if_changed("contacts", id, row["@odata.etag"], select=["firstname"])
    assert changed is not None
    assert changed["firstname"] == "Berta"


def test_only_the_version_that_was_read_is_deleted(client: WebApiClient) -> None:
    id = person(client)
    row = client.row("contacts", id)
    assert row is not None
    client.update("contacts", id, {"firstname": "Berta"})
    with pytest.raises(OrganizationRefused) as changed:
        client.delete("contacts", id, etag=row["@odata.etag"])
    assert changed.value.code == "organizations:row-changed"
    client.delete("contacts", id)
    assert client.row("contacts", id) is None


def test_two_rows_are_linked_and_parted_any_number_of_times(client: WebApiClient) -> None:
    user = next(client.rows("systemusers", select=["systemuserid"], filter="fullname eq 'Jay Hamlin'"))
    role = next(client.rows("roles", select=["roleid"], filter="name eq 'System Customizer'"))
    ids = uuid.UUID(user["systemuserid"]), uuid.UUID(role["roleid"])
    for _ in range(2):
        client.associate("systemusers", ids[0], "systemuserroles_association", "roles", ids[1])
    for _ in range(2):
        client.disassociate("systemusers", ids[0], "systemuserroles_association", ids[1])
    held = {found.name: found.role_names for found in client.users_with_roles()}
    assert held["Jay Hamlin"] == ("System Administrator",)


def test_a_row_is_made_and_found_by_its_alternate_key(client: WebApiClient) -> None:
    key = {"accountnumber": "O'Hara / ä & 1"}
    assert client.row_by_key("accounts", key) is None
    for name in ("Adventure Works", "Adventure Works Cycles"):
        client.upsert_by_key("accounts", key, {"name": name})
    found = client.row_by_key("accounts", key, select=["name"])
    assert found is not None
    assert found["name"] == "Adventure Works Cycles"
    assert len(list(client.rows("accounts", select=["name"]))) == 1


# --- Many rows


def test_many_rows_are_created_and_changed_all_or_none(client: WebApiClient) -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    client.create_many("contacts", "contact", "contactid", [(id, {"firstname": "A"}) for id in ids])
    client.update_many("contacts", "contact", "contactid", [(id, {"firstname": "B"}) for id in ids])
    assert [name_of(client, id) for id in ids] == ["B", "B", "B"]
    fresh = uuid.uuid4()
    with pytest.raises(OrganizationRefused):
        client.create_many("contacts", "contact", "contactid", [(fresh, {}), (ids[0], {})])
    assert client.row("contacts", fresh) is None
    with pytest.raises(OrganizationRefused):
        client.update_many("contacts", "contact", "contactid", [(ids[0], {"firstname": "C"}), (fresh, {})])
    assert name_of(client, ids[0]) == "B"


# --- Batches


def statuses(answers: list[BatchAnswer]) -> list[int]:
    return [one.answer.status for one in answers]


def test_a_batch_answers_each_operation_in_order(client: WebApiClient) -> None:
    id = person(client, "Änne & Co")
    answers = client.batch(
        [
            Operation("GET", f"contacts({id})?$select=firstname"),
            Operation("PATCH", f"contacts({id})", {"firstname": "Berta"}, {"If-Match": "*"}),
            Operation("GET", "WhoAmI"),
        ]
    )
    assert statuses(answers) == [200, 204, 200]
    assert answers[0].json()["firstname"] == "Änne & Co"
    assert name_of(client, id) == "Berta"


def test_a_change_set_names_its_own_rows_and_is_all_or_none(client: WebApiClient) -> None:
    account, contact = uuid.uuid4(), uuid.uuid4()
    made = ChangeSet(
        (
            Operation("POST", "accounts", {"accountid": str(account), "name": "Adventure Works"}),
            Operation("POST", "contacts", {"contactid": str(contact), "parentcustomerid_account@odata.bind": "$1"}),
        )
    )
    answers = client.batch([made])
    assert [one.row_id for one in answers] == [account, contact]
    row = client.row("contacts", contact, expand="parentcustomerid_account($select=name)")
    assert row is not None
    assert row["parentcustomerid_account"]["name"] == "Adventure Works"
    other = uuid.uuid4()
    bad = ChangeSet(
        (Operation("POST", "accounts", {"accountid": str(other)}), Operation("POST", "accounts", {"name": 5}))
    )
    told = client.batch([bad])
    assert statuses(told) == [400]
    assert isinstance(told[0].problem, OrganizationRefused)
    with pytest.raises(OrganizationRefused):
        told[0].json()
    assert client.row("accounts", other) is None


def test_a_batch_ends_at_an_error_unless_it_goes_on(client: WebApiClient) -> None:
    operations = [Operation("GET", "nosuch"), Operation("GET", "WhoAmI")]
    assert statuses(client.batch(operations)) == [404]
    assert statuses(client.batch(operations, goes_on=True)) == [404, 200]


def test_a_batch_that_cannot_be_is_not_sent(client: WebApiClient) -> None:
    for parts in ([], [Operation("GET", "WhoAmI")] * 1001, [ChangeSet((Operation("GET", "WhoAmI"),))]):
        with pytest.raises(ValueError, match=r"batch|GET"):
            client.batch(parts)


# --- Changes


@pytest.mark.django_db(transaction=True)
def test_changes_are_followed_from_link_to_link() -> None:
    with organization_client(contoso(contacts=())) as client:
        kept, gone = person(client, "A"), person(client, "B")
        first = client.changes("contacts", select=["firstname"])
        assert {row["firstname"] for row in first.changed} == {"A", "B"}
        client.update("contacts", kept, {"firstname": "C"})
        client.delete("contacts", gone)
        second = client.changes("contacts", since=first.link)
        assert (kept, "C") in {(uuid.UUID(row["contactid"]), row["firstname"]) for row in second.changed}
        assert second.deleted == (gone,)
        old = first.link.replace(first.link.rsplit("%21", 1)[1], "01%2F01%2F2020%2000%3A00%3A00")
        with pytest.raises(OrganizationRefused) as expired:
            client.changes("contacts", since=old)
        assert expired.value.code == "organizations:delta-expired"


def test_a_delta_link_of_another_host_is_not_followed(client: WebApiClient) -> None:
    with pytest.raises(OrganizationRefused) as refused:
        client.changes("contacts", since="https://evil.example/api/data/v9.2/contacts?$deltatoken=1")
    assert refused.value.code == "organizations:redirected"
