"""Installing, retrying, upgrading and uninstalling as runs, against an embedded organization over its Web API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.errors import NotAllowed
from operations.models import Operation
from operations.services import Resource, operation_start
from operations.workflow import StepPlan
from organizations.client import organization_client
from organizations.embedded.faults import fault_add, faults_clear
from organizations.embedded.models import rows_in
from organizations.embedded.seed import FIELD_SERVICE, embedded_organization_create
from organizations.models import Organization
from portals.models import Portal
from solutions.errors import ImportRunning, SolutionInUse, SolutionsBusy, SolutionUnknown, SolutionWrongState
from solutions.inventory import solutions_of
from solutions.live import installed_solutions
from solutions.models import SolutionInstall
from solutions.plan import INSTALL, Kind, plan_make
from solutions.services import (
    solution_install,
    solution_reimport,
    solution_retry,
    solution_uninstall,
    solution_upgrade,
    solutions_cancel,
)
from tests.builders.operations import run_to_end
from tests.builders.organizations import alice, bob, contoso, fabrikam, tenant_of
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
SENTENCE = "Partner Field Service cannot be installed yet. Install these first: Partner Portal, Field Service."


def install(organization: Organization, name: str) -> Operation:
    started = solution_install(actor=alice(organization), organization=organization, unique_name=name)
    return run_to_end(started.pk)


def row(organization: Organization, name: str) -> SolutionInstall:
    return SolutionInstall.objects.get(organization=organization, unique_name=name)


def status_of(organization: Organization, name: str) -> str:
    return next(view.status for view in solutions_of(organization) if view.unique_name == name)


def history(organization: Organization, name: str) -> list[tuple[int, bool]]:
    """Operation and result of each entry of the organization's own history of that solution."""
    with organization_client(organization) as client:
        rows = client.rows("msdyn_solutionhistories", filter=f"msdyn_name eq '{name}'", orderby="msdyn_starttime")
        return [(found["msdyn_operation"], found["msdyn_result"]) for found in rows]


def test_an_install_brings_its_prerequisites_in_the_order_that_was_shown() -> None:
    organization = contoso()
    plan = plan_make(Kind.INSTALL, "PartnerFieldService", installed_solutions(organization))
    assert not plan.needs
    run = install(organization, "PartnerFieldService")
    assert run.status == Operation.Status.SUCCEEDED, run.error
    planned = [step["title"] for step in run.plan if step["name"] == INSTALL]
    assert planned == [move.title for move in plan.moves]
    assert planned[-2:] == ["Install Partner Portal 9.2.1.0", "Install Partner Field Service 9.2.1.0"]
    assert status_of(organization, "PartnerFieldService") == "installed"
    assert history(organization, "PartnerFieldService") == [(0, True)]


def test_an_extension_without_its_product_fails_with_the_sentence_and_succeeds_when_the_product_is_there() -> None:
    organization = fabrikam()
    failed = install(organization, "PartnerFieldService")
    assert failed.error is not None
    assert (failed.error["code"], failed.error["message"]) == ("solutions:prerequisite-missing", SENTENCE)
    assert status_of(organization, "PartnerFieldService") == "install_failed"
    assert row(organization, "PartnerFieldService").last_error == SENTENCE
    assert "partnerportal" not in installed_solutions(organization)  # nothing was begun

    fabrikam_gets_field_service()
    retried = solution_retry(actor=alice(organization), organization=organization, unique_name="PartnerFieldService")
    assert run_to_end(retried.pk).status == Operation.Status.SUCCEEDED
    assert status_of(organization, "PartnerFieldService") == "installed"
    assert row(organization, "PartnerFieldService").last_error == ""


def fabrikam_gets_field_service() -> None:
    embedded_organization_create(name="fabrikam", friendly_name="Fabrikam", solutions=(FIELD_SERVICE,))


def test_a_failed_import_shows_the_organizations_code_and_text_and_can_be_retried() -> None:
    organization = fabrikam()
    fault = {"kind": "fail_import", "solution": "MicrosoftCrmPortalBase", "code": "0x80048033", "message": "No space."}
    fault_add(tenant_of(organization), fault)
    run = install(organization, "Feedback")
    assert run.status == Operation.Status.FAILED
    base = row(organization, "MicrosoftCrmPortalBase")
    assert (base.status, base.last_error_code, base.last_error) == ("install_failed", "0x80048033", "No space.")
    assert "No space. (0x80048033)" in str((run.error or {}).get("message"))
    told = next(one for one in solutions_of(organization) if one.unique_name == "MicrosoftCrmPortalBase")
    assert told.failure == "No space. (0x80048033)"
    assert status_of(organization, "Feedback") == "install_failed"  # it was asked for, and it is not there
    assert history(organization, "MicrosoftCrmPortalBase") == [(0, False)]

    faults_clear(tenant_of(organization))
    for name in ("MicrosoftCrmPortalBase", "Feedback"):
        again = solution_retry(actor=alice(organization), organization=organization, unique_name=name)
        assert run_to_end(again.pk).status == Operation.Status.SUCCEEDED
        assert status_of(organization, name) == "installed"


def test_installing_what_is_there_changes_nothing() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftCrmPortalDependencies")
    run = install(organization, "MicrosoftCrmPortalDependencies")
    assert run.status == Operation.Status.SUCCEEDED
    assert run.steps.get(name=INSTALL).status == "skipped"
    assert row(organization, "MicrosoftCrmPortalDependencies").attempts == 1


def test_one_run_at_a_time_in_an_organization_and_another_ones_is_free() -> None:
    organization, other = contoso(), fabrikam()
    actor = alice(organization)
    first = solution_install(actor=actor, organization=organization, unique_name="Feedback")
    with pytest.raises(SolutionsBusy, match="Install Feedback in Contoso Sales"):
        solution_install(actor=actor, organization=organization, unique_name="MicrosoftBlogs")
    assert status_of(organization, "Feedback") == "installing"
    solution_install(actor=alice(other), organization=other, unique_name="MicrosoftBlogs")
    run_to_end(first.pk)
    assert install(organization, "MicrosoftBlogs").status == Operation.Status.SUCCEEDED


def test_while_a_portal_installs_its_solutions_nobody_else_installs_any() -> None:
    organization = fabrikam()
    portal = portal_row(organization)
    step = StepPlan(INSTALL, "Install Feedback", "Feedback")
    place = Resource("portal", portal.pk, portal.name, organization.pk)
    operation_start(actor=None, workflow="provision-portal", resource=place, plan=[step])
    with pytest.raises(SolutionsBusy):
        solution_install(actor=alice(organization), organization=organization, unique_name="MicrosoftBlogs")


@pytest.mark.parametrize("service", [solution_install, solution_retry, solution_upgrade, solution_uninstall])
def test_only_a_system_administrator_may(service: Any) -> None:
    organization = contoso()
    with pytest.raises(NotAllowed):
        service(actor=bob(organization), organization=organization, unique_name="Feedback")
    assert not Operation.objects.exists()


def test_a_right_that_was_taken_away_stops_the_run_before_anything_is_done() -> None:
    organization = contoso()
    started = solution_install(actor=alice(organization), organization=organization, unique_name="Feedback")
    alice(organization).role_assignments.all().delete()
    fault_add(
        tenant_of(organization),
        {"kind": "drop_role", "user": "alice@contoso.example", "role": "System Administrator"},
    )
    run = run_to_end(started.pk)
    assert run.error is not None
    assert run.error["code"] == "auth:denied"
    assert set(installed_solutions(organization)) == {"fieldservice"}


def test_a_default_language_in_which_no_portal_exists_stops_the_run_in_words() -> None:
    organization = contoso(base_language=1037)
    run = install(organization, "Feedback")
    assert run.error is not None
    assert run.error["code"] == "solutions:language-mismatch"
    assert "The installing user must be a system administrator and the default language must be" in run.error["message"]
    assert "The default language of Contoso Sales is Hebrew (1037)." in run.error["message"]


def test_what_cannot_be_asked_is_refused() -> None:
    organization = contoso()
    actor = alice(organization)
    with pytest.raises(SolutionUnknown):
        solution_install(actor=actor, organization=organization, unique_name="fieldservice")
    for service in (solution_retry, solution_upgrade, solution_reimport, solution_uninstall):
        with pytest.raises(SolutionWrongState):
            service(actor=actor, organization=organization, unique_name="Feedback")
    with pytest.raises(SolutionWrongState):
        solutions_cancel(actor=actor, organization=organization)


def test_a_run_is_cancelled_between_solutions_and_not_in_the_middle_of_an_import() -> None:
    organization = contoso()
    actor = alice(organization)
    started = solution_install(actor=actor, organization=organization, unique_name="Feedback")
    importing = SolutionInstall.objects.create(
        organization=organization, unique_name="MicrosoftCrmPortalBase", import_job_id=uuid.uuid4()
    )
    with pytest.raises(ImportRunning, match="importing Portal Base"):
        solutions_cancel(actor=actor, organization=organization)
    importing.delete()
    solutions_cancel(actor=actor, organization=organization)
    assert run_to_end(started.pk).status == Operation.Status.CANCELED
    assert status_of(organization, "Feedback") == "not_installed"


def test_an_import_that_nobody_follows_shows_as_failed_and_the_retry_finds_it() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftCrmPortalDependencies")
    name = "MicrosoftCrmPortalDependencies"
    SolutionInstall.objects.filter(unique_name=name).update(status="installing", import_job_id=uuid.uuid4())
    assert status_of(organization, name) == "install_failed"
    again = solution_retry(actor=alice(organization), organization=organization, unique_name=name)
    assert run_to_end(again.pk).status == Operation.Status.SUCCEEDED
    assert status_of(organization, name) == "installed"


def test_the_same_version_is_imported_once_more() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftCrmPortalDependencies")
    again = solution_reimport(
        actor=alice(organization), organization=organization, unique_name="MicrosoftCrmPortalDependencies"
    )
    assert run_to_end(again.pk).status == Operation.Status.SUCCEEDED
    assert history(organization, "MicrosoftCrmPortalDependencies") == [(0, True), (0, True)]


# --- Uninstalling


def test_the_organization_refuses_to_uninstall_what_others_need_and_the_run_names_them() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftBlogs")
    actor = alice(organization)
    started = solution_uninstall(actor=actor, organization=organization, unique_name="MicrosoftCrmPortalBase")
    run = run_to_end(started.pk)
    assert run.error is not None
    assert run.error["code"] == "solutions:dependents"
    assert run.error["message"] == (
        "Solution Portal Base cannot be deleted due to dependencies from other components in the system. Remove all "
        "dependencies to allow for solution deletion. Error code 8004f01f. Needed by: Blogs."
    )
    assert status_of(organization, "MicrosoftCrmPortalBase") == "installed"


def test_with_what_depends_on_it_everything_goes_in_the_right_order() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftIdeasWorkflows")
    actor = alice(organization)
    started = solution_uninstall(
        actor=actor, organization=organization, unique_name="MicrosoftCrmPortalBase", with_dependents=True
    )
    gone = [step["argument"] for step in started.plan[1:]]
    assert gone == ["MicrosoftIdeasWorkflows", "MicrosoftIdeas", "MicrosoftCrmPortalBase"]
    run = run_to_end(started.pk)
    assert run.status == Operation.Status.SUCCEEDED, run.error
    assert not {name.casefold() for name in gone} & set(installed_solutions(organization))
    assert row(organization, "MicrosoftIdeas").status == "not_installed"


def test_what_portals_are_made_of_stays() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftBlogs")
    portal_row(organization, name="Talk", audience="customer", portal_type="community", state=Portal.State.PROVISIONED)
    with pytest.raises(SolutionInUse, match="Blogs cannot be uninstalled: it is part of Talk"):
        solution_uninstall(actor=alice(organization), organization=organization, unique_name="MicrosoftBlogs")


# --- Upgrading


def test_an_older_version_is_upgraded_and_what_was_older_is_said_before() -> None:
    organization = fabrikam()
    install(organization, "MicrosoftCrmPortalDependencies")
    rows_in(tenant_of(organization), "solution").filter(uniquename="MicrosoftCrmPortalDependencies").update(
        version="9.1.0.0"
    )
    assert status_of(organization, "MicrosoftCrmPortalDependencies") == "upgrade_available"
    actor = alice(organization)
    started = solution_upgrade(actor=actor, organization=organization, unique_name="MicrosoftCrmPortalDependencies")
    assert run_to_end(started.pk).status == Operation.Status.SUCCEEDED
    assert installed_solutions(organization)["microsoftcrmportaldependencies"] == "9.2.1.0"
    with pytest.raises(SolutionWrongState, match="is the latest version there is"):
        solution_upgrade(actor=actor, organization=organization, unique_name="MicrosoftCrmPortalDependencies")


def test_a_prerequisite_that_is_too_old_is_upgraded_first() -> None:
    plan = plan_make(Kind.INSTALL, "MicrosoftBlogs", {"microsoftcrmportalbase": "9.1.0.0"})
    titles = [move.title for move in plan.moves]
    assert titles[-2:] == ["Upgrade Portal Base 9.2.1.0", "Install Blogs 9.2.1.0"]
