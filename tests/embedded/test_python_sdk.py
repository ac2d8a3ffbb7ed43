"""Microsoft's own Python SDK, unchanged, over real HTTPS: every call of its surface that a fixed schema allows."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.query_builder import ExpandOption
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from tests.builders.organizations import contoso, tenant_of
from tests.builders.tls import https_running
from tests.embedded.clients import Reached, reached


class Credential:
    """What the SDK asks for a token; it asks for every request and leaves remembering it to us."""

    def __init__(self, organization: Reached) -> None:
        self.organization = organization
        self.token = ""

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        assert scopes == (f"{self.organization.base_url}/.default",)
        self.token = self.token or self.organization.token(scopes[0])
        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture
def client(
    db: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Generator[DataverseClient, None, None]:
    with https_running(tmp_path_factory.mktemp("tls")) as served:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(served.root_certificate))
        organization = reached(served, tenant_of(contoso()))
        with DataverseClient(organization.base_url, Credential(organization)) as made:
            yield made


def test_records_are_created_read_changed_and_deleted(client: DataverseClient) -> None:
    id = client.records.create("contact", {"firstname": "Ada", "lastname": "Lovelace & Söhne"})
    found = client.records.retrieve("contact", id, select=["fullname", "emailaddress1"])
    assert found is not None
    assert (found["fullname"], found["emailaddress1"]) == ("Ada Lovelace & Söhne", None)
    client.records.update("contact", id, {"emailaddress1": "ada@example.test"})
    changed = client.records.retrieve("contact", id)
    assert changed is not None
    assert changed["emailaddress1"] == "ada@example.test"
    client.records.delete("contact", id)
    assert client.records.retrieve("contact", id) is None


def test_many_records_at_once(client: DataverseClient) -> None:
    ids = client.records.create("contact", [{"lastname": f"Many {number}"} for number in range(30)])
    assert len(set(ids)) == 30
    client.records.update("contact", ids, {"jobtitle": "Tester"})
    client.records.update("contact", ids[:2], [{"department": "One"}, {"department": "Two"}])
    testers = client.records.list("contact", filter=col("jobtitle") == "tester", select=["department"], page_size=7)
    assert len(list(testers)) == 30
    assert sorted(filter(None, (row["department"] for row in testers))) == ["One", "Two"]
    pages = list(client.records.list_pages("contact", filter="jobtitle eq 'Tester'", page_size=12))
    assert [len(list(page)) for page in pages] == [12, 12, 6]
    job = client.records.delete("contact", ids[:29])
    done = client.records.retrieve("asyncoperation", str(job), select=["statecode", "statuscode", "messagename"])
    assert done is not None
    assert (done["statecode"], done["statuscode"], done["messagename"]) == (3, 30, "BulkDelete")
    assert len(list(client.records.list("contact", filter="jobtitle eq 'Tester'"))) == 1


def test_labels_of_choices_become_their_values(client: DataverseClient) -> None:
    id = client.records.create("incident", {"title": "Broken", "prioritycode": "High", **_customer(client)})
    found = client.records.retrieve("incident", id, include_annotations="*")
    assert found is not None
    assert found["prioritycode"] == 1
    assert found["prioritycode@OData.Community.Display.V1.FormattedValue"] == "High"
    assert found["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "contact"


def _customer(client: DataverseClient) -> dict[str, str]:
    id = client.records.create("contact", {"lastname": "Customer"})
    return {"customerid_contact@odata.bind": f"/contacts({id})"}


def test_records_are_upserted_by_an_alternate_key(client: DataverseClient) -> None:
    one = UpsertItem(alternate_key={"accountnumber": "A-1"}, record={"name": "First"})
    client.records.upsert("account", [one])
    client.records.upsert("account", [UpsertItem(alternate_key={"accountnumber": "a-1"}, record={"name": "Second"})])
    both: list[UpsertItem | dict[str, Any]] = [
        UpsertItem(alternate_key={"accountnumber": "A-1"}, record={"name": "Third"}),
        UpsertItem(alternate_key={"accountnumber": "A-2"}, record={"name": "New"}),
    ]
    client.records.upsert("account", both)
    found = client.records.list("account", select=["name", "accountnumber"], orderby=["name asc"])
    assert [(row["name"], row["accountnumber"]) for row in found] == [("New", "A-2"), ("Third", "A-1")]


def test_the_query_builder(client: DataverseClient) -> None:
    company = client.records.create("account", {"name": "O'Neill & Co + #1"})
    for number, name in enumerate(("Ann", "Bob", "Cyd", "Dan")):
        body = {"firstname": name, "lastname": "Built", "numberofchildren": number}
        client.records.create("contact", {**body, "parentcustomerid_account@odata.bind": f"/accounts({company})"})
    query = client.query.builder("contact").select("firstname").order_by("firstname", descending=True)
    built = col("lastname") == "Built"
    assert _names(query.where(built & col("firstname").in_(["Ann", "bob"])).execute()) == ["Bob", "Ann"]
    for condition, names in (
        (col("firstname").not_in(["Ann", "Bob"]), ["Dan", "Cyd"]),
        (col("numberofchildren").between(1, 2), ["Cyd", "Bob"]),
        (col("firstname").like("%a%"), ["Dan", "Ann"]),
        (col("emailaddress1").is_null() & ~(col("firstname") == "Ann"), ["Dan", "Cyd", "Bob"]),
    ):
        again = client.query.builder("contact").select("firstname").order_by("firstname", descending=True)
        assert _names(again.where(built & condition).execute()) == names
    option = ExpandOption("contact_customer_accounts").select("firstname").order_by("firstname").top(2)
    found = client.query.builder("account").where(col("name") == "O'Neill & Co + #1").expand(option).execute()
    companies: list[Any] = list(found)
    assert _names(companies[0]["contact_customer_accounts"]) == ["Ann", "Bob"]


def _names(rows: Any) -> list[str]:
    return [row["firstname"] for row in rows]


def test_a_batch_with_a_change_set(client: DataverseClient) -> None:
    batch = client.batch.new()
    with batch.changeset() as changes:
        company = changes.records.create("account", {"name": "Batched"})
        changes.records.create("contact", {"lastname": "Of it", "parentcustomerid_account@odata.bind": company})
    batch.records.list("contact", filter="lastname eq 'Of it'", expand=["parentcustomerid_account"])
    batch.tables.get("contact")
    done = batch.execute()
    assert not done.has_errors
    assert len(list(done.entity_ids)) == 2
    listed = done.responses[2].data
    assert listed is not None
    assert listed["value"][0]["parentcustomerid_account"]["name"] == "Batched"
    wrong = client.batch.new()
    wrong.records.create("contact", {"nosuch": 1})
    wrong.records.create("contact", {"lastname": "Goes on"})
    again = wrong.execute(continue_on_error=True)
    assert [one.is_success for one in again.responses] == [False, True]
    assert [one.status_code for one in wrong.execute().responses] == [400]  # it ends at the error, as its status says
    undone = client.batch.new()
    with undone.changeset() as changes:
        changes.records.create("contact", {"lastname": "Undone"})
        changes.records.create("contact", {"nosuch": 1})
    assert [one.is_success for one in undone.execute().responses] == [False]
    assert _names(client.records.list("contact", filter="lastname eq 'Undone'")) == []


def test_tables_columns_keys_and_relationships_are_read(client: DataverseClient) -> None:
    table = client.tables.get("contact")
    assert table is not None
    assert (table["entity_set_name"], table["primary_id_attribute"]) == ("contacts", "contactid")
    assert client.tables.get("nosuch") is None
    assert {"account", "contact"} <= {one["LogicalName"] for one in client.tables.list()}
    custom = client.tables.list(filter="IsCustomEntity eq true", select=["LogicalName"])
    assert {one["LogicalName"][:5] for one in custom} <= {"adx_", "msdyn"}
    columns = client.tables.list_columns("contact", select=["LogicalName"], filter="AttributeType eq 'String'")
    assert "emailaddress1" in {one["LogicalName"] for one in columns}
    typed = {one["LogicalName"]: one for one in client.tables.list_columns("contact", typed=True)}
    assert typed["emailaddress1"]["MaxLength"] == 100
    column = client.tables.get_column("contact", "birthdate")
    assert column is not None
    assert column["DateTimeBehavior"] == {"Value": "DateOnly"}
    assert client.tables.get_column("contact", "nosuch") is None
    assert client.tables.get_alternate_keys("account")[0].key_attributes == ["accountnumber"]
    relationship = client.tables.get_relationship("contact_customer_accounts")
    assert relationship is not None
    assert relationship.referencing_entity == "contact"
    listed = client.tables.list_table_relationships("contact", select=["SchemaName"])
    assert "contact_customer_contacts" in {one["SchemaName"] for one in listed}
    kind = "RelationshipType eq Microsoft.Dynamics.CRM.RelationshipType'ManyToManyRelationship'"
    many = client.tables.list_relationships(filter=kind)
    assert "systemuserroles_association" in {one["SchemaName"] for one in many}


def test_what_is_not_served_is_refused_in_words(client: DataverseClient) -> None:
    for refused in (
        lambda: client.tables.create("new_thing", {"new_name": "string"}),
        lambda: client.query.sql("SELECT fullname FROM contact"),
        lambda: list(client.query.fetchxml("<fetch><entity name='contact'/></fetch>").execute()),
    ):
        with pytest.raises(HttpError) as told:
            refused()
        assert told.value.status_code == 501
    with pytest.raises(HttpError) as unknown:
        client.records.list("contact", select=["nosuch"])
    assert unknown.value.details["service_error_code"] == "0x80060888"
    with pytest.raises(MetadataError):
        client.records.create("contacts", {"lastname": "Plural"})
