import pytest

from organizations.client import organization_client
from organizations.embedded.demo import demo_organizations_create
from organizations.embedded.models import rows_in
from organizations.models import Organization
from tests.builders.organizations import tenant_of

pytestmark = pytest.mark.django_db


def test_the_demo_organizations_are_made_once_and_kept() -> None:
    first = demo_organizations_create()
    second = demo_organizations_create()
    assert [demo.organization.unique_name for demo in first] == ["contoso", "fabrikam"]
    assert [demo.client_secret for demo in first] == [demo.client_secret for demo in second]
    assert Organization.objects.count() == 2


def test_the_demo_organizations_are_as_promised() -> None:
    contoso, fabrikam = (demo.organization for demo in demo_organizations_create())
    assert [language.lcid for language in contoso.languages.all()] == [1031, 1033, 1036, 1037]
    assert [language.lcid for language in fabrikam.languages.all()] == [1033]
    administrators = contoso.users.filter(is_system_administrator=True)
    assert [user.name for user in administrators] == ["Jay Hamlin"]
    assert contoso.users.get(email="ben@contoso.example").is_system_customizer


def test_a_demo_customer_has_cases(in_process: None) -> None:
    contoso = demo_organizations_create()[0].organization
    with organization_client(contoso) as client:
        maria = next(client.rows("contacts", filter="fullname eq 'maria campbell'"))
        cases = list(client.rows("incidents", filter=f"_customerid_value eq {maria['contactid']}", orderby="title"))
        assert [case["title"] for case in cases] == [
            "Coffee machine leaks at the boiler",
            "Invoice shows the wrong address",
            "Which descaler may we use?",
        ]
        assert all(str(case["ticketnumber"]).startswith("CAS-") for case in cases)
        assert cases[1]["statecode"] == 1


def test_a_demo_case_has_been_talked_about(in_process: None) -> None:
    tenant = tenant_of(demo_organizations_create()[0].organization)
    case = rows_in(tenant, "incident").get(title="Coffee machine leaks at the boiler")
    told = rows_in(tenant, "adx_portalcomment").filter(regardingobjectid=case.incidentid).order_by("createdon")
    assert [comment.adx_portalcommentdirectioncode for comment in told] == [2, 1, 2]
    assert case.createdon < told[0].createdon
    demo_organizations_create()
    assert told.count() == 3


def test_a_demo_partner_has_work(in_process: None) -> None:
    contoso = demo_organizations_create()[0].organization
    with organization_client(contoso) as client:
        jay = next(client.rows("contacts", filter="emailaddress1 eq 'jay@contoso.example'"))
        company = jay["_parentcustomerid_value"]
        opportunities = list(client.rows("opportunities", filter=f"_msa_partnerid_value eq {company}"))
        exposed = list(client.rows("msdyn_workorders", filter="adx_exposetocustomer eq true"))
    assert sorted(row["statecode"] for row in opportunities) == [0, 0, 0, 0, 1, 2]
    assert sorted(row["msdyn_name"] for row in exposed) == ["WO-00009", "WO-00017"]
