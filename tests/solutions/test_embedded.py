"""Against the embedded organization, over the real wire format, with its fault switch on and off."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone

from operations.workflow import Done, Wait
from organizations.client import WebApiClient, organization_client, transport
from organizations.embedded.faults import fault_add, faults_clear
from organizations.embedded.inprocess import InProcessTransport
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from portals.catalog import PortalType
from solutions import bookkeeping, installation
from solutions.build import package_zip
from solutions.catalog import packages_for
from solutions.content import content_rows
from solutions.content.keys import SETS
from solutions.errors import ContentRefused, InstallFailed, PrerequisiteMissing
from solutions.models import SolutionInstall
from solutions.services import (
    Administrator,
    administrator_ensure_appointed,
    content_ensure_imported,
    solution_ensure_installed,
    website_ensure_created,
)
from tests.builders.organizations import contoso, fabrikam, tenant_of

pytestmark = pytest.mark.django_db
WEBSITE = uuid.UUID("11111111-2222-4333-8444-555555555555")
ENGLISH, GERMAN, FRENCH = 1033, 1031, 1036
FIRST, SECOND = "MicrosoftCrmPortalDependencies", "msdynce_PortalPrivacyExtensions"


def silent(_line: str) -> None:
    return None


def ensure(organization: Organization, unique_name: str) -> Done | Wait:
    return solution_ensure_installed(organization=organization, unique_name=unique_name, log=silent)


def installed(organization: Organization, portal_type: str, *options: str) -> None:
    for package in packages_for(portal_type, options):
        assert isinstance(ensure(organization, package.unique_name), Done)


def with_base(organization: Organization) -> Organization:
    """The organization with the tables that starter content is written into."""
    theirs = ("MicrosoftCrmPortalBase", "MicrosoftWebForms", "MicrosoftBlogs", "MicrosoftForums", "MicrosoftIdeas")
    for unique_name in (FIRST, SECOND, *theirs):
        assert isinstance(ensure(organization, unique_name), Done)
    return organization


def imported(
    organization: Organization, portal_type: str, lcid: int, *options: str, website: uuid.UUID = WEBSITE
) -> Done:
    answer = content_ensure_imported(
        organization=organization,
        portal_type=portal_type,
        options=options,
        lcid=lcid,
        website_id=website,
        website_name="Support",
        host="support.portals.localhost",
        log=silent,
    )
    assert isinstance(answer, Done)
    return answer


def created(organization: Organization, lcid: int) -> Done:
    answer = website_ensure_created(
        organization=organization,
        website_id=WEBSITE,
        website_name="Support",
        host="support.portals.localhost",
        lcid=lcid,
        log=silent,
    )
    assert isinstance(answer, Done)
    return answer


def rows(client: WebApiClient, entity_set: str, filter: str = "") -> list[dict[str, Any]]:
    return list(client.rows(entity_set, filter=filter))


def install_of(unique_name: str) -> SolutionInstall:
    return SolutionInstall.objects.get(unique_name=unique_name)


class LosesAnswers(httpx.BaseTransport):
    """Takes a request whose path ends so, and breaks off before the answer arrives (or before it was sent)."""

    path = "ImportSolutionAsync"
    is_sent = True

    def __init__(self) -> None:
        self.inner = InProcessTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith(self.path):
            return self.inner.handle_request(request)
        if self.is_sent:
            self.inner.handle_request(request)
        raise httpx.ReadTimeout("broken off", request=request)


class LosesRequests(LosesAnswers):
    is_sent = False


def test_a_whole_portal_comes_to_be_in_an_organization() -> None:
    organization = contoso()
    installed(organization, "partner", "partner_field_service")
    with organization_client(organization) as client:
        there = {solution.unique_name: solution for solution in client.solutions()}
    assert there["PartnerFieldService"].friendly_name == "Dynamics 365 Portals - Partner Field Service"
    assert all(there[package.unique_name].is_managed for package in packages_for("partner"))
    again = ensure(organization, "PartnerPortal")
    assert isinstance(again, Done)
    assert again.skipped

    assert not imported(organization, "partner", GERMAN, "partner_field_service").skipped
    assert imported(organization, "partner", GERMAN, "partner_field_service").skipped
    assert not created(organization, GERMAN).skipped
    assert created(organization, GERMAN).skipped
    with organization_client(organization) as client:
        (website,) = rows(client, "adx_websites", f"adx_websiteid eq {WEBSITE}")
        (language,) = rows(client, "adx_websitelanguages")
        pages = rows(client, "adx_webpages", "adx_isroot eq false")
        articles = rows(client, "knowledgearticles", "statecode eq 3 and isrootarticle eq false")
    assert (website["statecode"], website["_adx_defaultlanguage_value"]) == (0, language["adx_websitelanguageid"])
    assert {page["_adx_webpagelanguageid_value"] for page in pages} == {language["adx_websitelanguageid"]}
    assert "Partnerprogramm" in {page["adx_title"] for page in pages}
    assert "Ein Projekt registrieren" in {article["title"] for article in articles}
    assert all(article["_languagelocaleid_value"] for article in articles)


def test_every_type_and_language_is_taken_and_all_of_it_is_there() -> None:
    organization = with_base(contoso())
    for number, portal_type in enumerate(PortalType):
        website, lcid = uuid.UUID(int=number + 1), (ENGLISH, GERMAN, FRENCH)[number % 3]
        imported(organization, portal_type, lcid, website=website)
        with organization_client(organization) as client:
            for wanted in content_rows(
                portal_type=portal_type, options=(), lcid=lcid, website_id=website, website_name="Support", host="x"
            ):
                if wanted.logical_name == "adx_webpage":
                    row = client.row("adx_webpages", wanted.id)
                    assert row is not None
                    assert row.get("adx_copy") == wanted.values.get("adx_copy") or not wanted.values.get("adx_copy")


def test_a_changed_choice_leaves_nothing_of_the_earlier_one() -> None:
    organization = with_base(contoso())
    imported(organization, "community", GERMAN)
    imported(organization, "custom", ENGLISH)
    wanted = content_rows(
        portal_type="custom", options=(), lcid=ENGLISH, website_id=WEBSITE, website_name="Support", host="x"
    )
    with organization_client(organization) as client:
        for table in ("adx_webpage", "adx_weblink", "adx_contentsnippet", "adx_websitelanguage", "adx_sitemarker"):
            there = {uuid.UUID(row[f"{table}id"]) for row in rows(client, SETS[table])}
            assert there == {row.id for row in wanted if row.logical_name == table}, table


def test_the_administrator_of_a_partner_portal_is_the_first_of_its_people() -> None:
    organization = with_base(contoso())
    imported(organization, "partner", ENGLISH)
    maria = Administrator(uuid.uuid4(), "Maria Campbell", "maria@example.test")
    administrator_ensure_appointed(organization=organization, website_id=WEBSITE, administrator=maria, log=silent)
    with organization_client(organization) as client:
        holders = client.rows("adx_webroles", select=("adx_name",), expand="adx_webrole_contact($select=contactid)")
        assert {row["adx_name"] for row in holders if row["adx_webrole_contact"]} == {
            "Administrators",
            "Partner administrator",
        }


def test_the_administrator_gets_the_web_role_and_keeps_the_contact_of_before() -> None:
    organization = with_base(contoso())
    imported(organization, "custom", ENGLISH)
    maria = Administrator(uuid.uuid4(), "Maria Campbell", "Maria@Example.test")
    for skipped in (False, True):
        answer = administrator_ensure_appointed(
            organization=organization, website_id=WEBSITE, administrator=maria, log=silent
        )
        assert isinstance(answer, Done)
        assert answer.skipped is skipped
    with organization_client(organization) as client:
        assert len(rows(client, "contacts", "emailaddress1 eq 'maria@example.test'")) == 1


def test_an_option_needs_its_solution_in_the_organization() -> None:
    organization = fabrikam()
    installed(organization, "partner")
    with pytest.raises(PrerequisiteMissing) as refused:
        ensure(organization, "PartnerFieldService")
    assert refused.value.message == (
        "Partner Field Service cannot be installed yet. Install these first: Field Service."
    )


def test_without_the_portal_base_its_tables_are_unknown_and_the_import_says_so() -> None:
    organization = fabrikam()
    with pytest.raises((ContentRefused, OrganizationRefused)):
        imported(organization, "custom", ENGLISH)


@pytest.mark.parametrize("kind", ["refuse_import", "fail_import"])
def test_a_failed_import_is_told_and_installs_at_the_next_attempt(kind: str) -> None:
    organization = fabrikam()
    tenant = tenant_of(organization)
    fault_add(tenant, {"kind": kind, "solution": FIRST, "code": "0x80048033", "message": "No room is left."})
    with pytest.raises(InstallFailed, match=r"No room is left\.") as failed:
        ensure(organization, FIRST)
    assert failed.value.context["service_code"].lower() == "0x80048033"
    assert install_of(FIRST).status == "install_failed"
    faults_clear(tenant)
    assert isinstance(ensure(organization, FIRST), Done)
    assert (install_of(FIRST).status, install_of(FIRST).last_error) == ("installed", "")


def test_an_organization_that_answers_500_for_a_while_is_asked_again() -> None:
    organization = fabrikam()
    fault_add(tenant_of(organization), {"kind": "answer", "path": "StageSolution", "status": 503, "retry_after": 30})
    with pytest.raises(OrganizationUnavailable) as away:
        ensure(organization, FIRST)
    assert away.value.retry_after == 30
    faults_clear(tenant_of(organization))
    assert isinstance(ensure(organization, FIRST), Done)
    assert install_of(FIRST).attempts == 1


def test_while_the_organization_imports_another_solution_ours_waits() -> None:
    organization = fabrikam()
    told = {"kind": "answer", "path": "ImportSolutionAsync", "status": 429, "code": "0x80071151", "times": 1}
    fault_add(tenant_of(organization), told)
    assert isinstance(ensure(organization, FIRST), Wait)
    assert isinstance(ensure(organization, FIRST), Done)
    assert install_of(FIRST).attempts == 1


def test_an_import_whose_answer_was_lost_is_found_and_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = fabrikam()
    monkeypatch.setattr(transport, "transport_make", LosesAnswers)
    assert isinstance(ensure(organization, FIRST), Done)
    with organization_client(organization) as client:
        assert len(rows(client, "importjobs")) == 1


def test_an_import_that_never_reached_the_organization_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = fabrikam()
    monkeypatch.setattr(installation, "POLLS", (0.0,))
    with monkeypatch.context() as broken:
        broken.setattr(transport, "transport_make", LosesRequests)
        assert isinstance(ensure(organization, FIRST), Wait)
    asked = install_of(FIRST).import_job_id
    assert isinstance(ensure(organization, FIRST), Wait)
    with time_machine.travel(timezone.now() + installation.UNKNOWN_AFTER * 1.1):
        assert isinstance(ensure(organization, FIRST), Wait)
        assert isinstance(ensure(organization, FIRST), Done)
    with organization_client(organization) as client:
        assert [uuid.UUID(row["importjobid"]) for row in rows(client, "importjobs")] == [asked]


def test_the_same_import_asked_twice_runs_once() -> None:
    organization = fabrikam()
    install = bookkeeping.install_of(organization, FIRST)
    bookkeeping.import_claim(install)
    assert install.import_job_id is not None
    with organization_client(organization) as client:
        upload = client.stage_solution(package_zip(FIRST)).upload_id
        client.import_solution(upload_id=upload, import_job_id=install.import_job_id)
        upload = client.stage_solution(package_zip(FIRST)).upload_id
        with pytest.raises(OrganizationRefused) as refused:
            client.import_solution(upload_id=upload, import_job_id=install.import_job_id)
    assert refused.value.service_code.lower() in installation.ALREADY_ASKED
    assert isinstance(ensure(organization, FIRST), Done)


def test_solutions_are_told_apart_between_organizations() -> None:
    first, second = contoso(), fabrikam()
    assert isinstance(ensure(first, FIRST), Done)
    assert isinstance(ensure(second, SECOND), Done)
    assert [install.unique_name for install in SolutionInstall.objects.of_organization(first.pk)] == [FIRST]
    assert not SolutionInstall.objects.installing().exists()
    assert not SolutionInstall.objects.failed().exists()
