"""What the embedded organization answers to questions about rows."""

import uuid
from urllib.parse import quote

import pytest

from tests.builders.organizations import contoso
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db

PEOPLE = (
    ("Anna", "Able", "anna@example.test", 3),
    ("Bert", "baker", "BERT@example.test", 5),
    ("Carl", "O'Hara", None, None),
    ("Dörte", "Döring", "doerte@example.test", 7),
)


@pytest.fixture
def wire() -> Wire:
    wire = wire_to(contoso(contacts=()))
    for first, last, email, children in PEOPLE:
        row = {"firstname": first, "lastname": last, "emailaddress1": email, "numberofchildren": children}
        wire.post("contacts", row)
    return wire


FILTERS: dict[str, list[str]] = {
    "lastname eq 'BAKER'": ["Bert baker"],
        "lastname ne 'baker'": ["Anna Able", "Carl O'Hara", "Dörte Döring"],
        "emailaddress1 ne 'anna@example.test'": ["Bert baker", "Carl O'Hara", "Dörte Döring"],
        "not (emailaddress1 eq 'anna@example.test')": ["Bert baker", "Carl O'Hara", "Dörte Döring"],
        "not contains(emailaddress1,'example')": ["Carl O'Hara"],
        "emailaddress1 eq null": ["Carl O'Hara"],
        "emailaddress1 ne null": ["Anna Able", "Bert baker", "Dörte Döring"],
        "lastname eq 'o''hara'": ["Carl O'Hara"],
        "contains(fullname,'DÖR')": ["Dörte Döring"],
        "startswith(lastname,'a') or endswith(lastname,'ER')": ["Anna Able", "Bert baker"],
        "contains(lastname,'%')": [],
        "contains(lastname,'_')": [],
        "numberofchildren gt 3": ["Bert baker", "Dörte Döring"],
        "numberofchildren ge 3 and numberofchildren lt 7": ["Anna Able", "Bert baker"],
        "not (numberofchildren gt 3)": ["Anna Able", "Carl O'Hara"],
        "numberofchildren ne 3": ["Bert baker", "Carl O'Hara", "Dörte Döring"],
        "numberofchildren in (3,7)": ["Anna Able", "Dörte Döring"],
        "lastname in ('ABLE')": ["Anna Able"],
        "lastname eq 'x in (y)'": [],
        "{NS}In(PropertyName='numberofchildren',PropertyValues=[\"3\",\"5\"])": ["Anna Able", "Bert baker"],
        "{NS}In(PropertyName='lastname',PropertyValues=['able','O''Hara'])": ["Anna Able", "Carl O'Hara"],
        "{NS}In(PropertyName='lastname',PropertyValues=[\"able\",\"a]b\"])": ["Anna Able"],
        "{NS}NotIn(PropertyName='lastname',PropertyValues=[\"able\"])": ["Bert baker", "Carl O'Hara", "Dörte Döring"],
        "{NS}Between(PropertyName='numberofchildren',PropertyValues=[\"3\",\"5\"])": ["Anna Able", "Bert baker"],
        "lastname gt 'B'": ["Bert baker", "Carl O'Hara", "Dörte Döring"],
        "statecode eq 0 and (firstname eq 'anna' or firstname eq 'carl')": ["Anna Able", "Carl O'Hara"],
        "createdon ge 2020-01-01T00:00:00Z": ["Anna Able", "Bert baker", "Carl O'Hara", "Dörte Döring"],
        "createdon lt 2020-01-01": [],
}  # fmt: skip


def test_filters_mean_what_the_platform_means(wire: Wire) -> None:
    asked = {filter: wire.rows("contacts", filter.replace("{NS}", "Microsoft.Dynamics.CRM.")) for filter in FILTERS}
    assert asked == FILTERS


def test_a_wrong_filter_is_refused_and_never_ignored(wire: Wire) -> None:
    for filter in (
        "nosuchcolumn eq 'x'",
        "adx_identity_passwordhash eq 'x'",
        "startswith(adx_identity_passwordhash,'a')",
        "tenant eq 1",
        "row eq 1",
        "fullname__startswith eq 'a'",
        "numberofchildren eq 'x'",
        "numberofchildren eq 99999999999",
        "lastname eq 3",
        "lastname eq true",
        "contactid eq 'not a guid'",
        "donotphone eq 1",
        "createdon eq 'yesterday'",
        "contains(numberofchildren,'3')",
        "_parentcustomerid_value gt 00000000-0000-0000-0000-000000000000",
        "lastname eq",
        "(lastname eq 'a'",
        "lastname eq 'a' and",
        "lastname",
        "",
        "nosuch/name eq 'a'",
        "[",
        "lastname eq guid'a'",
        "not (" * 3000 + "lastname eq 'a'" + ")" * 3000,
        "annualincome eq null and allowfoo eq null",
    ):
        assert wire.refused(f"contacts?$filter={quote(filter)}", 400), filter


def test_what_is_not_served_is_said_so(wire: Wire) -> None:
    for query in (
        "$filter=tolower(lastname) eq 'a'",
        "$filter=numberofchildren add 1 eq 2",
        "$filter=firstname eq lastname",
        "$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=3)",
        "$apply=aggregate($count as n)",
        "$search=anna",
        "fetchXml=<fetch/>",
        "sql=select 1",
        "$orderby=createdby/fullname",
    ):
        assert "not served" in wire.refused(f"contacts?{query.replace(' ', '%20')}", 501), query


def test_an_unknown_option_is_refused(wire: Wire) -> None:
    for query in (
        "$skip=1", "$nosuch=1", "x=1", "$top=-1", "$top=x", "$count=maybe", "$select=nosuch", "$orderby=nosuch",
     "$orderby=lastname%20up", "$expand=nosuch", "$top=1&$top=2", "$skiptoken=abc",
     "$select=adx_identity_securitystamp"
    ):  # fmt: skip
        assert wire.refused(f"contacts?{query}", 400), query


def test_pages_follow_one_another_and_miss_nothing(wire: Wire) -> None:
    path = "contacts?$select=fullname&$orderby=numberofchildren%20desc"
    names: list[str] = []
    while path:
        page = wire.get(path, Prefer="odata.maxpagesize=1")
        names += [row["fullname"] for row in page["value"]]
        path = page.get("@odata.nextLink", "").removeprefix(f"{wire.base_url}/api/data/v9.2/")
    assert names == ["Dörte Döring", "Bert baker", "Anna Able", "Carl O'Hara"]


def test_empty_values_come_first_and_ties_have_an_order(wire: Wire) -> None:
    assert wire.rows("contacts", "statecode eq 0", "numberofchildren") == [None, 3, 5, 7]
    pages, path = [], "contacts?$orderby=statecode"
    while path:
        page = wire.get(path, Prefer="odata.maxpagesize=3")
        pages += page["value"]
        path = page.get("@odata.nextLink", "").removeprefix(f"{wire.base_url}/api/data/v9.2/")
    assert len({row["contactid"] for row in pages}) == len(pages) == 4


def test_rows_are_ordered_by_the_name_of_what_a_lookup_leads_to(wire: Wire) -> None:
    """Not by its id; whichever of its tables it is in, page after page and in expanded collections."""
    ids = {row["firstname"]: row["contactid"] for row in wire.get("contacts?$select=firstname")["value"]}
    zeta, alpha = str(uuid.uuid4()), str(uuid.uuid4())
    for id, name in ((zeta, "Zeta"), (alpha, "alpha")):
        wire.post("accounts", {"accountid": id, "name": name})
    for first, bound in (
        ("Anna", {"parentcustomerid_account@odata.bind": f"accounts({zeta})"}),
        ("Bert", {"parentcustomerid_account@odata.bind": f"accounts({alpha})"}),
        ("Dörte", {"parentcustomerid_contact@odata.bind": f"contacts({ids['Bert']})"}),
    ):
        wire.patch(f"contacts({ids[first]})", bound)
    wire.patch(f"accounts({zeta})", {"primarycontactid@odata.bind": f"contacts({ids['Anna']})"})
    names: list[str] = []
    path = "contacts?$select=firstname&$orderby=_parentcustomerid_value"
    while path:
        page = wire.get(path, Prefer="odata.maxpagesize=1")
        names += [row["firstname"] for row in page["value"]]
        path = page.get("@odata.nextLink", "").removeprefix(f"{wire.base_url}/api/data/v9.2/")
    assert names == ["Carl", "Bert", "Dörte", "Anna"]
    inner = "contact_customer_accounts($select=firstname;$orderby=_parentcustomerid_value desc)"
    assert wire.get(f"accounts({zeta})?$select=name&$expand={inner}")["contact_customer_accounts"]


def test_top_switches_paging_off(wire: Wire) -> None:
    page = wire.get("contacts?$top=2", Prefer="odata.maxpagesize=1")
    assert len(page["value"]) == 2
    assert "@odata.nextLink" not in page


def test_counts(wire: Wire) -> None:
    assert wire.get("contacts?$count=true&$top=1")["@odata.count"] == 4
    assert wire.send("GET", "contacts/$count").text == "4"
    assert wire.send("GET", "contacts/$count?$filter=lastname%20eq%20'able'").text == "1"


def test_a_row_shows_what_was_selected_and_its_id(wire: Wire) -> None:
    row = wire.get("contacts?$select=lastname&$top=1")["value"][0]
    assert row.keys() == {"@odata.etag", "lastname", "contactid"}


def test_secrets_are_never_shown(wire: Wire) -> None:
    row = wire.get("contacts?$top=1")["value"][0]
    assert not row.keys() & {"adx_identity_passwordhash", "adx_identity_securitystamp"}


def test_annotations_are_given_where_asked_for(wire: Wire) -> None:
    select = "contacts?$top=1&$select=statecode,_createdby_value"
    plain = wire.get(select)["value"][0]
    assert not [name for name in plain if "FormattedValue" in name]
    told = wire.get(select, Prefer='odata.include-annotations="*"')["value"][0]
    assert told["statecode@OData.Community.Display.V1.FormattedValue"] == "Active"
    assert told["_createdby_value@OData.Community.Display.V1.FormattedValue"] == "# Portal Administration Center"
    assert told["_createdby_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser"


def test_related_rows_are_expanded_and_filtered_through(wire: Wire) -> None:
    anna = wire.get("contacts?$filter=firstname%20eq%20'anna'")["value"][0]["contactid"]
    wire.post("incidents", {"title": "Lost key", "customerid_contact@odata.bind": f"/contacts({anna})"})
    path = "incidents?$expand=customerid_contact($select=fullname)&$filter=customerid_contact/lastname%20eq%20'ABLE'"
    case = wire.get(path)["value"][0]
    assert case["customerid_contact"]["fullname"] == "Anna Able"
    assert wire.get("incidents?$filter=customerid_contact/lastname%20ne%20'able'")["value"] == []
    assert wire.get(f"incidents({case['incidentid']})/customerid_contact?$select=fullname")["fullname"] == "Anna Able"


def test_users_are_found_by_their_roles(wire: Wire) -> None:
    role = "systemuserroles_association/any(r:r/name eq 'System Administrator')"
    path = f"systemusers?$filter={quote(role)} and applicationid eq null&$orderby=fullname"
    expand = "&$expand=systemuserroles_association($select=name,_roletemplateid_value)"
    users = wire.get(path.replace(" ", "%20") + expand)["value"]
    assert [user["fullname"] for user in users] == ["Alice Adams", "Jay Hamlin"]
    assert users[0]["systemuserroles_association"][0]["_roletemplateid_value"] == "627090ff-40a3-4053-8790-584edc5be201"


def test_an_unknown_row_table_and_key(wire: Wire) -> None:
    missing = uuid.uuid4()
    assert "Does Not Exist" in wire.refused(f"contacts({missing})", 404, "0x80040217")
    assert "'nosuchs'" in wire.refused("nosuchs", 404, "0x8006088a")
    assert wire.refused("contacts(emailaddress1='x')", 400, "0x80060890")
    assert wire.refused("contacts(nosuch='x')", 400)
    assert wire.refused("contacts(x", 400)


def test_an_unchanged_row_is_not_sent_again(wire: Wire) -> None:
    id = wire.get("contacts?$top=1")["value"][0]["contactid"]
    first = wire.send("GET", f"contacts({id})")
    assert wire.send("GET", f"contacts({id})", If_None_Match=first.headers["ETag"]).status_code == 304
    assert wire.send("GET", f"contacts({id})", If_None_Match="null").status_code == 200


def test_the_service_document_lists_only_what_is_there(wire: Wire) -> None:
    names = {found["name"] for found in wire.get("")["value"]}
    assert "contacts" in names
    assert "adx_websites" not in names
    assert wire.refused("adx_websites", 404, "0x8006088a")


def test_a_null_character_is_refused(wire: Wire) -> None:
    assert wire.refused("contacts?$filter=lastname%20eq%20'%00'", 400)


def test_a_deep_filter_is_answered_or_refused_but_never_breaks(wire: Wire) -> None:
    for depth in (10, 60, 120, 200, 300, 500):
        filter = "not (" * depth + "lastname eq 'able'" + ")" * depth
        assert wire.send("GET", f"contacts?$filter={quote(filter)}").status_code in (200, 400), depth


def test_a_filter_of_thousands_of_values_is_answered(wire: Wire) -> None:
    many = " or ".join(f"numberofchildren eq {number}" for number in range(1000))
    assert wire.rows("contacts", many) == ["Anna Able", "Bert baker", "Dörte Döring"]
