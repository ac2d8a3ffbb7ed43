"""The Solution Management page: what it says, what it offers to whom, and a portal that comes up after its retry."""

from __future__ import annotations

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import User
from domains import adapters
from domains.adapters.fake import FakeEdge
from operations.models import Operation
from organizations.embedded.faults import fault_add, faults_clear
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal
from provisioning.steps import address
from solutions.models import SolutionInstall
from solutions.services import solution_install, solution_retry
from solutions.waiting import installed_told
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, bob, charlie, contoso, fabrikam, global_admin, tenant_of
from tests.builders.portals import portal_row
from tests.solutions.test_managing import SENTENCE, fabrikam_gets_field_service

pytestmark = pytest.mark.django_db


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(user: User, path: str) -> str:
    answer = browser_of(user).get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_list_shows_every_solution_with_its_status_and_what_can_be_done() -> None:
    organization = fabrikam()
    page = text_of(alice(organization), f"/solutions/{organization.pk}/")
    for words in ("Solution Management", "Partner Field Service", "Not installed", "9.2.1.0", "Install<"):
        assert words in page


def test_the_tab_leads_to_the_first_instance() -> None:
    organization = contoso()
    answer = browser_of(alice(organization)).get("/solutions/")
    assert answer["Location"] == f"/solutions/{organization.pk}/"
    assert "You have no role in an instance" in text_of(charlie(), "/solutions/")


def test_the_list_takes_the_same_few_queries_however_much_is_known() -> None:
    organization = fabrikam()
    client = browser_of(alice(organization))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(f"/solutions/{organization.pk}/")
        counts.append(len([query for query in found if "embedded" not in query["sql"]]))
        run_to_end(
            solution_install(actor=alice(organization), organization=organization, unique_name="CommunityPortal").pk
        )
    assert counts[1] <= counts[0]


def test_who_may_only_look_is_told_why_every_button_is_off() -> None:
    organization = contoso()
    for user in (bob(organization), global_admin()):
        page = text_of(user, f"/solutions/{organization.pk}/")
        assert "must be assigned to the System Administrator role" in page
        assert 'disabled aria-describedby="why-not"' in page
        assert browser_of(user).post(f"/solutions/{organization.pk}/Feedback/install/").status_code == 403
    assert browser_of(charlie()).get(f"/solutions/{organization.pk}/").status_code == 403


def test_the_plan_is_shown_before_anything_is_done() -> None:
    organization = contoso()
    page = text_of(alice(organization), f"/solutions/{organization.pk}/PartnerFieldService/install/")
    assert page.index("Install Portal Base 9.2.1.0") < page.index("Install Partner Field Service 9.2.1.0")
    assert not Operation.objects.exists()


def test_an_extension_fails_with_its_sentence_on_the_page_and_then_succeeds() -> None:
    organization = fabrikam()
    actor = alice(organization)
    address = f"/solutions/{organization.pk}/PartnerFieldService/"
    assert SENTENCE in text_of(actor, f"{address}install/")
    answer = browser_of(actor).post(f"{address}install/", follow=True)
    assert "Attempt 1 started." in answer.content.decode()
    run_to_end(Operation.objects.latest("created_at").pk)
    page = text_of(actor, address)
    assert SENTENCE in page
    assert "Install Failed" in page
    fabrikam_gets_field_service()
    answer = browser_of(actor).post(f"{address}retry/", follow=True)
    assert "Attempt 2 started." in answer.content.decode()
    assert "hx-get" in text_of(actor, address)  # it follows the run
    run_to_end(Operation.objects.latest("created_at").pk)
    page = text_of(actor, address)
    assert "hx-get" not in page
    assert "Install Failed" not in page


def test_a_run_that_begins_while_the_page_is_made_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = fabrikam()
    actor = alice(organization)

    def begins_meanwhile(there: Organization) -> None:
        solution_install(actor=actor, organization=there, unique_name="CommunityPortal")
        asked = {"status": SolutionInstall.Status.INSTALLING, "import_job_id": uuid4()}
        SolutionInstall.objects.filter(organization=there, unique_name="CommunityPortal").update(**asked)

    monkeypatch.setattr("solutions.page.live_look", begins_meanwhile)
    page = text_of(actor, f"/solutions/{organization.pk}/")
    assert "hx-get" in page
    assert "Install Failed" not in page


def test_what_cannot_be_done_now_is_said_and_nothing_starts() -> None:
    organization = fabrikam()
    actor = alice(organization)
    solution_install(actor=actor, organization=organization, unique_name="Feedback")
    answer = browser_of(actor).post(f"/solutions/{organization.pk}/MicrosoftBlogs/install/", follow=True)
    assert "Solutions are being installed in Fabrikam" in answer.content.decode()
    assert Operation.objects.count() == 1
    assert "Cancel" in text_of(actor, f"/solutions/{organization.pk}/live/")
    browser_of(actor).post(f"/solutions/{organization.pk}/cancel/")
    assert run_to_end(Operation.objects.get().pk).status == Operation.Status.CANCELED


def test_uninstalling_names_who_depends_on_it_before() -> None:
    organization = fabrikam()
    actor = alice(organization)
    run_to_end(solution_install(actor=actor, organization=organization, unique_name="MicrosoftIdeas").pk)
    assert "Needed by</dt><dd>Ideas" in text_of(actor, f"/solutions/{organization.pk}/MicrosoftCrmPortalBase/")
    page = text_of(actor, f"/solutions/{organization.pk}/MicrosoftCrmPortalBase/uninstall/")
    assert page.index("Uninstall Ideas") < page.index("Uninstall Portal Base 9.2.1.0")
    browser_of(actor).post(f"/solutions/{organization.pk}/MicrosoftCrmPortalBase/uninstall/", {"with_dependents": "on"})
    assert run_to_end(Operation.objects.latest("created_at").pk).status == Operation.Status.SUCCEEDED


def test_an_instance_that_does_not_answer_is_said_and_the_page_opens() -> None:
    organization = fabrikam()
    fault_add(tenant_of(organization), {"kind": "answer", "path": "WhoAmI", "status": 503})
    assert "The instance does not answer" in text_of(alice(organization), f"/solutions/{organization.pk}/")


@pytest.mark.parametrize("path", ["Nothing/", "fieldservice/install/", "Feedback/polish/"])
def test_what_does_not_exist_is_not_found(path: str) -> None:
    organization = contoso()
    assert browser_of(alice(organization)).get(f"/solutions/{organization.pk}/{path}").status_code == 404


# --- A portal whose packages failed


@pytest.fixture
def _edge(monkeypatch: pytest.MonkeyPatch) -> None:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    monkeypatch.setattr(address, "LOOK_SECONDS", 0.0)


@pytest.mark.usefixtures("_edge")
def test_a_portal_whose_package_failed_comes_up_by_itself_after_the_retry() -> None:
    from tests.provisioning.test_embedded import submit

    organization = contoso()
    actor = alice(organization)
    fault: dict[str, Any] = {"kind": "fail_import", "solution": "MicrosoftIdentity", "message": "No space."}
    fault_add(tenant_of(organization), fault)
    portal = Portal.objects.get(pk=run_to_end(submit(organization).pk).resource_id)
    assert portal.package_install_status == PackageInstallStatus.INSTALL_FAILED
    for page in (f"/portals/{portal.pk}/", f"/portals/{portal.pk}/provisioning/"):
        shown = text_of(actor, page)
        assert "Identity 9.2.1.0: Install Failed. Visitors see “Getting set up”." in shown
        assert f'<a href="/solutions/{organization.pk}/">Open Solutions</a>' in shown
    faults_clear(tenant_of(organization))

    retry = run_to_end(solution_retry(actor=actor, organization=organization, unique_name="MicrosoftIdentity").pk)
    assert "Contoso Support goes on by itself." in [event.message for event in retry.events.all()]
    installed_told(actor, organization.pk, print)  # a worker that died after it, before its step was committed
    assert Operation.objects.of_resource("portal", portal.pk).count() == 2
    resumed = Operation.objects.of_resource("portal", portal.pk).first()
    assert resumed is not None
    assert run_to_end(resumed.pk).status == Operation.Status.SUCCEEDED
    portal.refresh_from_db()
    assert (portal.state, portal.package_install_status) == ("provisioned", PackageInstallStatus.INSTALLED)


@pytest.mark.usefixtures("_edge")
def test_a_portal_that_was_cancelled_or_waits_for_something_else_stays_as_it_is() -> None:
    from provisioning.services import provisioning_cancel
    from tests.provisioning.test_embedded import submit

    organization: Organization = contoso()
    actor = alice(organization)
    operation = submit(organization)
    provisioning_cancel(actor=actor, portal_id=operation.resource_id)
    run_to_end(operation.pk)
    run_to_end(solution_install(actor=actor, organization=organization, unique_name="StarterPortal").pk)
    assert Operation.objects.of_resource("portal", operation.resource_id).count() == 1


# --- Extensions as Portal Actions


@pytest.mark.usefixtures("_edge")
def test_an_extension_is_added_to_a_live_portal_with_its_content_also_by_a_retry() -> None:
    from tests.provisioning.test_embedded import names_in, submit

    organization = contoso(solutions=())
    actor = alice(organization)
    run_to_end(submit(organization, audience="partner", portal_type="partner").pk)
    portal = Portal.objects.get()
    page = text_of(actor, f"/portals/{portal.pk}/")
    plan = f"/solutions/{organization.pk}/PartnerFieldService/install/?portal={portal.pk}"
    assert f'href="{plan}">Install Field Service extension' in page
    assert "Install Project Service extension" in page
    assert "Bring its content to Contoso Support" in text_of(actor, plan)
    assert "FS Customer Reviewer" not in names_in(organization, "adx_webroles", portal)

    browser_of(actor).post(plan)
    failed = run_to_end(Operation.objects.of_resource("solutions", organization.pk)[0].pk)
    assert failed.error is not None
    assert failed.error["message"].endswith("Install these first: Field Service.")
    portal.refresh_from_db()
    assert (portal.state, portal.options) == ("provisioned", [])

    call_command("orgproduct", "contoso", "add", "fieldservice", stdout=StringIO())
    browser_of(actor).post(f"/solutions/{organization.pk}/PartnerFieldService/retry/")
    done = run_to_end(Operation.objects.of_resource("solutions", organization.pk)[0].pk)
    assert done.status == Operation.Status.SUCCEEDED, done.error
    portal.refresh_from_db()
    assert (portal.state, portal.options) == ("provisioned", ["partner_field_service"])
    assert "FS Customer Reviewer" in names_in(organization, "adx_webroles", portal)
    assert "Install Field Service extension" not in text_of(actor, f"/portals/{portal.pk}/")


def test_an_extension_is_offered_to_no_other_portal() -> None:
    organization = contoso()
    portal = portal_row(organization, audience="customer", portal_type="custom", state=Portal.State.PROVISIONED)
    actor = alice(organization)
    assert "extension" not in text_of(actor, f"/portals/{portal.pk}/")
    address = f"/solutions/{organization.pk}/PartnerFieldService/install/?portal={portal.pk}"
    answer = browser_of(actor).post(address, follow=True)
    assert "is no extension that" in answer.content.decode()
    assert not Operation.objects.exists()
