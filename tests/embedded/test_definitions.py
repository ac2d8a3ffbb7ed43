"""Table definitions: every table with its columns, keys and relationships, as clients of the platform read them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from organizations.embedded.registry import COLLECTIONS, TABLES, Kind, Table, Type
from organizations.embedded.seed import FIELD_SERVICE
from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db

NS = "Microsoft.Dynamics.CRM."


def is_there(table: Table) -> bool:
    """In Contoso, which has Field Service and no portal."""
    return table.kind is not Kind.PORTAL or table.name in FIELD_SERVICE.tables


@pytest.fixture
def wire() -> Wire:
    return wire_to(contoso(contacts=()))


def test_every_table_that_is_there_is_defined_and_its_choices_are_served(wire: Wire) -> None:
    there = [table for table in TABLES.values() if is_there(table)]
    listed = wire.get("EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute")["value"]
    assert [one["LogicalName"] for one in listed] == [table.name for table in there]
    for table in there:
        path = f"EntityDefinitions(LogicalName='{table.name}')/Attributes/{NS}PicklistAttributeMetadata"
        found = wire.get(f"{path}?$select=LogicalName&$expand=OptionSet($select=Options)")["value"]
        wanted = {name for name, column in table.columns.items() if column.type is Type.PICKLIST}
        assert {one["LogicalName"] for one in found} == wanted, table.name
        for one in found:
            values = [option["Value"] for option in one["OptionSet"]["Options"]]
            assert values == list(table.columns[one["LogicalName"]].choices), one["LogicalName"]


@pytest.mark.parametrize(
    ("column", "class_", "wanted"),
    [
        ("emailaddress1", "StringAttributeMetadata", {"MaxLength": 100, "FormatName": {"Value": "Email"}}),
        ("description", "MemoAttributeMetadata", {"AttributeType": "Memo"}),
        ("birthdate", "DateTimeAttributeMetadata", {"DateTimeBehavior": {"Value": "DateOnly"}, "Format": "DateOnly"}),
        ("createdon", "DateTimeAttributeMetadata", {"DateTimeBehavior": {"Value": "UserLocal"}}),
        ("numberofchildren", "IntegerAttributeMetadata", {"MaxValue": 2**31 - 1}),
        ("versionnumber", "BigIntAttributeMetadata", {"AttributeType": "BigInt"}),
        ("annualincome", "MoneyAttributeMetadata", {"Precision": 4}),
        (
            "parentcustomerid",
            "LookupAttributeMetadata",
            {"AttributeType": "Customer", "Targets": ["account", "contact"]},
        ),
        ("ownerid", "LookupAttributeMetadata", {"AttributeType": "Owner", "Targets": ["systemuser"]}),
        ("contactid", "UniqueIdentifierAttributeMetadata", {"IsPrimaryId": True, "IsValidForCreate": True}),
        ("fullname", "StringAttributeMetadata", {"IsPrimaryName": True, "IsValidForCreate": False}),
        ("adx_identity_passwordhash", "StringAttributeMetadata", {"IsValidForRead": False, "IsFilterable": False}),
    ],
)
def test_a_column_is_described_with_the_properties_of_its_type(
    wire: Wire, column: str, class_: str, wanted: dict[str, Any]
) -> None:
    path = f"EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='{column}')"
    found = wire.get(f"{path}/{NS}{class_}")
    assert found["@odata.type"] == f"#{NS}{class_}"
    assert {name: found[name] for name in wanted} == wanted
    by_id = wire.get(f"EntityDefinitions(LogicalName='contact')/Attributes({found['MetadataId']})")
    assert by_id["LogicalName"] == column
    other = "BooleanAttributeMetadata" if class_ != "BooleanAttributeMetadata" else "MemoAttributeMetadata"
    wire.get(f"{path}/{NS}{other}", status=404)


def test_states_and_their_reasons_and_yes_and_no_have_options(wire: Wire) -> None:
    path = "EntityDefinitions(LogicalName='contact')/Attributes"
    state = wire.get(f"{path}/{NS}StateAttributeMetadata?$expand=OptionSet")["value"][0]
    assert [option["DefaultStatus"] for option in state["OptionSet"]["Options"]] == [1, 2]
    status = wire.get(f"{path}(LogicalName='statuscode')/{NS}StatusAttributeMetadata?$expand=OptionSet")
    assert [option["State"] for option in status["OptionSet"]["Options"]] == [0, 1]
    yes = wire.get(f"{path}(LogicalName='donotphone')/{NS}BooleanAttributeMetadata/OptionSet")
    assert (yes["TrueOption"]["Value"], yes["FalseOption"]["Label"]["UserLocalizedLabel"]["Label"]) == (1, "No")
    enums = wire.get(f"{path}/{NS}EnumAttributeMetadata?$select=LogicalName")["value"]
    assert {"statecode", "statuscode"} <= {one["LogicalName"] for one in enums}
    assert wire.get(f"{path}/{NS}FileAttributeMetadata")["value"] == []


def test_definitions_are_filtered_and_expanded(wire: Wire) -> None:
    def names(filter: str) -> list[str]:
        found = wire.get(f"EntityDefinitions?$select=LogicalName&$filter={quote(filter)}")["value"]
        return [one["LogicalName"] for one in found]

    assert names("LogicalName eq 'contact' or LogicalName eq 'account'") == ["account", "contact"]
    assert names("LogicalName in ('role','contact') and not (IsCustomEntity eq true)") == ["contact", "role"]
    assert names("ObjectTypeCode lt 3") == ["account", "contact"]
    assert names("startswith(LogicalName,'role') and IsCustomizable/Value eq false") == ["role", "roletemplate"]
    assert names("PrimaryNameAttribute eq null and IsPrivate eq false") == [
        "knowledgearticleviews",
        "solutioncomponent",
    ]
    parts = "Attributes($select=LogicalName;$filter=IsPrimaryId eq true),Keys($select=KeyAttributes)"
    found = wire.get(f"EntityDefinitions(LogicalName='account')?$select=EntitySetName&$expand={quote(parts)}")
    assert [one["LogicalName"] for one in found["Attributes"]] == ["accountid"]
    assert found["Keys"][0]["KeyAttributes"] == ["accountnumber"]
    assert wire.send("GET", "EntityDefinitions/$count").text == str(len(names("IsPrivate eq false")))


def test_relationships_name_both_sides_and_lead_where_they_say(wire: Wire) -> None:
    for kind in ("OneToManyRelationships", "ManyToOneRelationships", "ManyToManyRelationships"):
        for one in wire.get(f"EntityDefinitions(LogicalName='contact')/{kind}")["value"]:
            assert wire.get(f"RelationshipDefinitions({one['MetadataId']})")["SchemaName"] == one["SchemaName"]
    listed = wire.get("RelationshipDefinitions?$select=SchemaName")["value"]
    there = {table.name for table in TABLES.values() if is_there(table)}
    wanted = {one.name for one in COLLECTIONS if {one.table, one.source} <= there}
    assert wanted <= {one["SchemaName"] for one in listed}
    for one in COLLECTIONS:
        if {one.table, one.source} <= there:
            assert wire.get(f"{TABLES[one.table].entity_set}?$top=0&$expand={one.name}")["value"] == []
            assert wire.get(f"{TABLES[one.source].entity_set}?$top=0&$expand={one.navigation}")["value"] == []


def test_labels_are_given_in_the_languages_that_have_them(wire: Wire) -> None:
    from organizations.embedded.models import EmbeddedOrganization
    from organizations.embedded.solutions.labels import LabelText, layer_write

    texts = [
        LabelText("contact", "DisplayName", 1031, "Kontakt"),
        LabelText("contact.jobtitle", "DisplayName", 1031, "Beruf"),
    ]
    layer_write(EmbeddedOrganization.objects.get(name="contoso"), None, texts, is_whole=False)
    label = wire.get("EntityDefinitions(LogicalName='contact')?$select=DisplayName")["DisplayName"]
    assert {one["LanguageCode"]: one["Label"] for one in label["LocalizedLabels"]} == {1031: "Kontakt", 1033: "Contact"}
    assert label["UserLocalizedLabel"]["Label"] == "Contact"
    column = wire.get("EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='jobtitle')?$select=DisplayName")
    assert "Beruf" in {one["Label"] for one in column["DisplayName"]["LocalizedLabels"]}


def test_metadata_changes_are_as_narrow_as_asked_and_what_is_not_served_is_refused(wire: Wire) -> None:
    def asked(query: object, status: int = 200) -> Any:
        return wire.get(f"RetrieveMetadataChanges(Query=@q)?@q={quote(json.dumps(query))}", status=status)

    def equals(name: str, value: str) -> dict[str, Any]:
        condition = {
            "PropertyName": name,
            "ConditionOperator": "Equals",
            "Value": {"Type": "System.String", "Value": value},
        }
        return {"Criteria": {"FilterOperator": "And", "Conditions": [condition]}}

    columns = {"Properties": {"PropertyNames": ["MaxLength"]}, **equals("LogicalName", "fullname")}
    query = {
        "Properties": {"PropertyNames": ["Attributes"]},
        **equals("LogicalName", "contact"),
        "AttributeQuery": columns,
    }
    found = asked(query)["EntityMetadata"]
    assert [(one["LogicalName"], [a["MaxLength"] for a in one["Attributes"]]) for one in found] == [("contact", [160])]
    whole = asked({"Properties": {"AllProperties": True}, **equals("LogicalName", "contact")})["EntityMetadata"][0]
    assert {"Attributes", "Keys", "OneToManyRelationships"} <= whole.keys()
    for wrong, status in (
        ({"Properties": {"Nosuch": 1}}, 400),
        ({"Properties": {"PropertyNames": "x"}}, 400),
        ({"Criteria": {"Conditions": [{"PropertyName": "Nosuch", "ConditionOperator": "Equals"}]}}, 400),
        ({"Criteria": {"Conditions": [{"PropertyName": "LogicalName", "ConditionOperator": "Like"}]}}, 501),
        ({"LabelQuery": {"FilterLanguages": [1033]}}, 501),
    ):
        asked(wrong, status)
    wire.get("RetrieveMetadataChanges(Query=@q,ClientVersionStamp='1')?@q={}", status=501)


def test_columns_have_names_that_people_read(wire: Wire) -> None:
    """They are the labels of web forms and the headings of lists."""
    attributes = wire.get("EntityDefinitions(LogicalName='incident')/Attributes?$select=LogicalName,DisplayName")
    told = {one["LogicalName"]: one["DisplayName"]["UserLocalizedLabel"]["Label"] for one in attributes["value"]}
    names = ("ticketnumber", "prioritycode", "statuscode", "title", "createdon")
    assert [told[name] for name in names] == ["Case Number", "Priority", "Status Reason", "Title", "Created On"]
