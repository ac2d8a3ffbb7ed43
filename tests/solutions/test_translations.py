"""Get latest metadata translations: the rules of the source document."""

from __future__ import annotations

import uuid

import pytest

from core.errors import NotAllowed
from core.models import User
from operations.models import Operation
from organizations.client import WebApiClient, organization_client
from organizations.embedded.models import Fault, Label
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal, PortalEvent
from solutions.bookkeeping import import_claim, install_of
from solutions.build import package_zip
from solutions.catalog import packages_for
from solutions.errors import SolutionsBusy, SolutionWrongState
from solutions.translations.importing import TextImport
from solutions.translations.services import (
    INSTALLING,
    NOT_INSTALLED,
    UPDATING,
    translations_preview,
    translations_update,
)
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, bob, charlie, contoso, global_admin, service_admin, tenant_of
from tests.builders.portals import portal_row
from tests.organizations.wire import wire_to
from tests.solutions.translating import BASE, PRIVACY, activate, install, page

pytestmark = pytest.mark.django_db

GERMAN, FRENCH, HEBREW = 1031, 1036, 1037


@pytest.fixture
def organization() -> Organization:
    """English only, with two of the portal's solutions."""
    made = contoso(contacts=(), languages=(1033,))
    with organization_client(made) as client:
        for name in (BASE, PRIVACY):
            install(client, package_zip(name))
    return made


@pytest.fixture
def portal(organization: Organization) -> Portal:
    return portal_row(organization, portal_type="custom", name="Contoso Support")


@pytest.fixture
def administrator(organization: Organization) -> User:
    return alice(organization)


def update(actor: User, portal: Portal) -> Operation:
    run = run_to_end(translations_update(actor=actor, portal_id=portal.pk).pk)
    assert run.status == "Succeeded", run.error
    return run


def test_the_dry_run_says_what_would_be_added_and_changes_nothing(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    assert translations_preview(actor=administrator, portal_id=portal.pk).is_complete
    activate(organization, GERMAN, HEBREW)
    before = Label.objects.count()
    survey = translations_preview(actor=administrator, portal_id=portal.pk)
    assert [language.lcid for language in survey.added] == [GERMAN]
    assert survey.added[0].missing > 15
    assert {language.lcid: language.is_spoken for language in survey.languages}[HEBREW] is False
    assert Label.objects.count() == before


def test_a_newly_activated_language_gets_its_texts(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    activate(organization, GERMAN, FRENCH)
    promised = translations_preview(actor=administrator, portal_id=portal.pk)
    run = update(administrator, portal)
    assert run.output["added"] == {str(language.lcid): language.missing for language in promised.languages}
    assert min(run.output["added"][str(lcid)] for lcid in (GERMAN, FRENCH)) > 15
    assert translations_preview(actor=administrator, portal_id=portal.pk).is_complete
    with organization_client(organization) as client:
        texts = client.table_texts(["account"])["account"].texts
    assert (texts["DisplayName", GERMAN].text, texts["DisplayName", FRENCH].text) == ("Firma", "Compte")
    assert PortalEvent.objects.filter(portal=portal, code="portals:translations-updated").exists()


def test_what_people_changed_stays(organization: Organization, portal: Portal, administrator: User) -> None:
    Label.objects.create(
        tenant=tenant_of(organization), component="account", kind="DisplayName", lcid=1033, text="Customer company"
    )
    activate(organization, GERMAN)
    survey = translations_preview(actor=administrator, portal_id=portal.pk)
    assert {language.lcid: language.kept for language in survey.languages}[1033] == 1
    run = update(administrator, portal)
    assert run.output["kept"]["1033"] == 1
    with organization_client(organization) as client:
        texts = client.table_texts(["account"])["account"].texts
    assert texts["DisplayName", 1033].text == "Customer company"
    assert texts["DisplayName", GERMAN].text == "Firma"


def test_the_version_stays_and_a_newer_one_is_named(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    older = {"MicrosoftCrmPortalDependencies": "9.2.0.3"}
    tenant = tenant_of(organization)
    from organizations.embedded.models import rows_in

    rows_in(tenant, "solution").filter(uniquename=BASE).update(version=older[BASE])
    activate(organization, GERMAN)
    survey = translations_preview(actor=administrator, portal_id=portal.pk)
    assert [(one.package.unique_name, one.version, one.newer) for one in survey.newer] == [(BASE, "9.2.0.3", "9.2.1.0")]
    run = update(administrator, portal)
    assert run.output["added"][str(GERMAN)] > 15
    with organization_client(organization) as client:
        there = {found.unique_name: found.version for found in client.solutions()}
    assert there[BASE] == "9.2.0.3"
    assert "Update the texts of Portal Dependencies 9.2.0.3" in [step["title"] for step in run.plan]


def test_with_nothing_to_add_nothing_is_imported(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    run = update(administrator, portal)
    assert sum(run.output["added"].values()) == 0
    assert {step.status for step in run.steps.all() if step.name == "import-translations"} == {"skipped"}
    imports = wire_to(organization).get("msdyn_solutionhistories?$filter=msdyn_operation eq 0")["value"]
    assert len(imports) == 2


def test_while_solutions_are_being_installed_it_is_refused(portal: Portal, administrator: User) -> None:
    install = install_of(portal.organization, "MicrosoftBlogs")
    import_claim(install)
    with pytest.raises(SolutionsBusy) as refused:
        translations_update(actor=administrator, portal_id=portal.pk)
    assert (refused.value.code, refused.value.message) == ("solutions:installing", INSTALLING)
    told = page(administrator, f"/portals/{portal.pk}/translations/")
    assert 'disabled aria-describedby="why-not"' in told
    assert INSTALLING in told
    assert INSTALLING in page(administrator, f"/portals/{portal.pk}/")


def test_while_the_portal_is_being_configured_it_is_refused(organization: Organization, administrator: User) -> None:
    configuring = portal_row(organization, state=Portal.State.CONFIGURING)
    with pytest.raises(SolutionsBusy, match="being installed"):
        translations_update(actor=administrator, portal_id=configuring.pk)


def test_a_portal_without_solutions_has_nothing_to_update(organization: Organization, administrator: User) -> None:
    failed = portal_row(
        organization,
        state=Portal.State.PROVISIONING_FAILED,
        package_install_status=PackageInstallStatus.INSTALL_FAILED,
    )
    with pytest.raises(SolutionWrongState, match="Install them first"):
        translations_update(actor=administrator, portal_id=failed.pk)
    assert NOT_INSTALLED in page(administrator, f"/portals/{failed.pk}/translations/")


def test_one_update_at_a_time(portal: Portal, administrator: User) -> None:
    translations_update(actor=administrator, portal_id=portal.pk)
    with pytest.raises(SolutionsBusy) as refused:
        translations_update(actor=administrator, portal_id=portal.pk)
    assert refused.value.message == UPDATING


def test_those_who_manage_the_portal_may_update(organization: Organization, portal: Portal) -> None:
    for allowed in (alice(organization), global_admin(), service_admin()):
        translations_preview(actor=allowed, portal_id=portal.pk)
    for stranger in (bob(organization), charlie()):
        with pytest.raises(NotAllowed, match="You need to be a global administrator"):
            translations_update(actor=stranger, portal_id=portal.pk)
        with pytest.raises(NotAllowed):
            translations_preview(actor=stranger, portal_id=portal.pk)


def test_the_right_is_looked_at_again_when_the_run_begins(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    started = translations_update(actor=administrator, portal_id=portal.pk)
    administrator.role_assignments.all().delete()
    run = run_to_end(started.pk)
    assert (run.status, run.error and run.error["code"]) == ("Failed", "auth:manage-denied")


def test_a_failed_import_ends_the_run_with_the_organizations_words(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    activate(organization, GERMAN)
    wire_to(organization)
    Fault.objects.create(tenant=tenant_of(organization), kind=Fault.Kind.FAIL_IMPORT, solution=BASE, message="No room.")
    run = run_to_end(translations_update(actor=administrator, portal_id=portal.pk).pk)
    assert run.status == "Failed"
    assert run.error is not None
    assert "No room." in run.error["message"]
    told = page(administrator, f"/portals/{portal.pk}/translations/{run.pk}/")
    assert "No room." in told
    Fault.objects.all().delete()
    assert update(administrator, portal).output["added"][str(GERMAN)] > 15


def test_an_import_whose_answer_was_lost_is_found_again(
    organization: Organization, portal: Portal, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(organization, GERMAN)
    asked: list[uuid.UUID] = []
    real = WebApiClient.import_solution

    def lost(self: WebApiClient, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        from organizations.errors import OrganizationUnavailable

        asked.append(import_job_id)
        real(self, upload_id=upload_id, import_job_id=import_job_id)
        raise OrganizationUnavailable("The organization did not answer in time.")

    monkeypatch.setattr(WebApiClient, "import_solution", lost)
    run = update(administrator, portal)
    assert len(asked) == len(set(asked)) == 2
    assert run.output["added"][str(GERMAN)] > 15


def test_a_step_that_runs_twice_imports_once(organization: Organization) -> None:
    activate(organization, GERMAN)
    job = uuid.uuid4()
    with organization_client(organization) as client:
        first = TextImport(client, BASE, job, lambda line: None).ensure()
        again = TextImport(client, BASE, job, lambda line: None).ensure()
    assert "has all its texts" in getattr(first, "message", "")
    assert first == again
    imports = wire_to(organization).get(f"msdyn_solutionhistories?$filter=msdyn_activityid eq {job}")["value"]
    assert [(row["msdyn_operation"], row["msdyn_suboperation"]) for row in imports] == [(0, 3)]


def test_only_the_portals_own_packages_are_updated(
    organization: Organization, portal: Portal, administrator: User
) -> None:
    started = translations_update(actor=administrator, portal_id=portal.pk)
    names = {step["argument"] for step in started.plan if step["name"] == "import-translations"}
    assert names == {BASE, PRIVACY}
    assert names <= {package.unique_name for package in packages_for("custom")}
