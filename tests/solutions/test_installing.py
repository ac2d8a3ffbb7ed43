"""Installing a solution as a step that may run twice, lose answers and meet other runs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from operations.workflow import Done, Wait
from organizations.client import MissingDependency, Problem
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from solutions import bookkeeping, installation
from solutions.build import package_zip
from solutions.catalog import package_named, packages_for
from solutions.errors import InstallFailed, PrerequisiteMissing
from solutions.installation import Installation
from solutions.models import SolutionInstall
from tests.solutions.fake import FakeOrganization

pytestmark = pytest.mark.django_db
BASE = "MicrosoftCrmPortalDependencies"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "POLLS", (0.0, 0.0, 0.0))


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(
        unique_name="contoso", name="Contoso", url="https://localhost/org/contoso", authority="x", client_id="y"
    )


class Lines(list[str]):
    def __call__(self, line: str) -> None:
        self.append(line)


def ensure(organization: Organization, host: FakeOrganization, name: str = BASE) -> Done | Wait:
    install = bookkeeping.install_of(organization, name)
    return Installation(host, package_named(name), install, Lines()).carry_on()


def row(name: str = BASE) -> SolutionInstall:
    return SolutionInstall.objects.get(unique_name=name)


def test_a_solution_is_staged_imported_followed_and_seen(organization: Organization) -> None:
    host = FakeOrganization()
    answer = ensure(organization, host)
    assert isinstance(answer, Done)
    assert not answer.skipped
    assert host.installed == {BASE: "9.2.1.0"}
    assert (row().status, row().version, row().attempts) == ("installed", "9.2.1.0", 1)
    assert row().import_job_id is None


def test_a_solution_that_is_there_is_left_alone(organization: Organization) -> None:
    host = FakeOrganization(installed={BASE: "9.10.0.0"})
    answer = ensure(organization, host)
    assert isinstance(answer, Done)
    assert answer.skipped
    assert not host.staged
    assert (row().status, row().version, row().attempts) == ("installed", "9.10.0.0", 0)


def test_an_older_version_is_not_enough(organization: Organization) -> None:
    host = FakeOrganization(installed={BASE: "8.3.0.0"})
    answer = ensure(organization, host)
    assert isinstance(answer, Done)
    assert not answer.skipped
    assert host.installed[BASE] == "9.2.1.0"


def test_a_slow_import_frees_the_worker_and_is_found_again(organization: Organization) -> None:
    host = FakeOrganization(polls=5)
    first = ensure(organization, host)
    assert isinstance(first, Wait)
    assert row().status == "installing"
    assert isinstance(ensure(organization, host), Done)
    assert len(host.asked) == 1


def test_a_solution_without_its_prerequisites_is_not_even_staged(organization: Organization) -> None:
    host = FakeOrganization()
    with pytest.raises(PrerequisiteMissing) as refused:
        ensure(organization, host, "PartnerFieldService")
    sentence = "Partner Field Service cannot be installed yet. Install these first: Partner Portal, Field Service."
    assert refused.value.message == sentence
    assert refused.value.code == "solutions:prerequisite-missing"
    assert not host.staged
    assert (row("PartnerFieldService").status, row("PartnerFieldService").last_error) == ("install_failed", sentence)


def test_what_only_the_organization_misses_is_named_too(organization: Organization) -> None:
    host = FakeOrganization(stage_missing=(MissingDependency("msdyn_x", "Field Service", "Portal Dependencies"),))
    with pytest.raises(PrerequisiteMissing, match="Install these first: Field Service"):
        ensure(organization, host)
    assert not host.asked


def test_a_failed_import_shows_the_organizations_words_and_can_be_tried_again(organization: Organization) -> None:
    host = FakeOrganization(import_problem=Problem("0x80048033", "The import ran out of space."))
    with pytest.raises(InstallFailed) as failed:
        ensure(organization, host)
    assert failed.value.code == "solutions:install-failed"
    assert failed.value.context["service_code"] == "0x80048033"
    assert "ran out of space" in failed.value.message
    assert (row().status, row().last_error_code) == ("install_failed", "0x80048033")

    host.import_problem = None
    assert isinstance(ensure(organization, host), Done)
    assert (row().status, row().attempts, row().last_error) == ("installed", 2, "")
    assert len(set(host.asked)) == 2


class Vanishing(FakeOrganization):
    """Somebody uninstalls everything between our look and our import."""

    def import_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        self.installed.clear()
        return super().import_solution(upload_id=upload_id, import_job_id=import_job_id)


def _lacks_others() -> OrganizationRefused:
    return OrganizationRefused("no", service_code="0x80048034", service_text="requires solutions …")


def test_a_refusal_for_missing_solutions_names_what_is_missing(organization: Organization) -> None:
    host = Vanishing(installed={"MicrosoftCrmPortalBase": "9.2.1.0"}, refuse_import=_lacks_others())
    with pytest.raises(PrerequisiteMissing, match="Install these first: Portal Base"):
        ensure(organization, host, "MicrosoftBlogs")


def test_a_refusal_for_missing_solutions_where_none_is_missing_is_told_in_its_own_words(
    organization: Organization,
) -> None:
    host = FakeOrganization(installed={"MicrosoftCrmPortalBase": "9.2.1.0"}, refuse_import=_lacks_others())
    with pytest.raises(InstallFailed, match="requires solutions …"):
        ensure(organization, host, "MicrosoftBlogs")


def test_while_another_import_runs_ours_waits_and_is_asked_later(organization: Organization) -> None:
    busy = OrganizationUnavailable("busy", service_code="0x80071151", status=429, retry_after=7)
    host = FakeOrganization(refuse_import=busy)
    answer = ensure(organization, host)
    assert isinstance(answer, Wait)
    assert answer.delay == timedelta(seconds=7)
    assert (row().import_job_id, row().attempts, row().status) == (None, 0, "not_installed")

    host.refuse_import = None
    assert isinstance(ensure(organization, host), Done)


def test_after_a_lost_answer_the_running_import_is_found(organization: Organization) -> None:
    host = FakeOrganization(lose_answer=True)
    assert isinstance(ensure(organization, host), Done)
    assert len(host.asked) == 1


def test_after_a_lost_request_the_import_is_asked_again_under_the_same_id(organization: Organization) -> None:
    host = FakeOrganization(lose_request=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert isinstance(ensure(organization, host), Wait)
        assert isinstance(ensure(organization, host), Wait)
        assert len(host.asked) == 1
        host.lose_request = False
        clock.shift(timedelta(seconds=16))
        assert isinstance(ensure(organization, host), Wait)
    assert len(host.asked) == 2
    assert len(set(host.asked)) == 1
    assert isinstance(ensure(organization, host), Done)
    assert row().attempts == 1


def test_a_crash_after_the_import_was_asked_does_not_begin_a_second_one(organization: Organization) -> None:
    host = FakeOrganization()

    def die() -> None:
        raise KeyboardInterrupt

    host.before_import = die
    with pytest.raises(KeyboardInterrupt):
        ensure(organization, host)
    kept = row().import_job_id
    assert kept is not None

    host.before_import = lambda: None
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        assert isinstance(ensure(organization, host), Wait)
        assert isinstance(ensure(organization, host), Done)
    assert host.asked == [kept]


def test_two_runs_share_one_import(organization: Organization) -> None:
    host = FakeOrganization(polls=4)
    mine = Installation(host, package_named(BASE), bookkeeping.install_of(organization, BASE), Lines())
    theirs = Installation(host, package_named(BASE), bookkeeping.install_of(organization, BASE), Lines())
    assert isinstance(mine.carry_on(), Wait)
    assert isinstance(theirs.carry_on(), Done)
    assert isinstance(mine.carry_on(), Done)
    assert len(host.asked) == 1


def test_a_run_whose_import_another_run_has_seen_to_its_end_sees_it_too(organization: Organization) -> None:
    host = FakeOrganization(polls=0)

    def meanwhile() -> None:
        """The import is taken and ends, and another run sees that, before our answer arrives."""
        host.before_import = lambda: None
        install = row()
        upload = host.stage_solution(package_zip(BASE)).upload_id
        host.import_solution(upload_id=upload, import_job_id=install.import_job_id or uuid.uuid4())
        assert isinstance(ensure(organization, host), Done)
        host.refuse_import = OrganizationRefused("taken", service_code="0x80040237", status=412)

    host.before_import = meanwhile
    assert isinstance(ensure(organization, host), Done)
    assert len(set(host.asked)) == 1


def test_a_failure_while_staging_begins_no_import(organization: Organization) -> None:
    host = FakeOrganization()
    host.fail_stage = OrganizationUnavailable("The organization answered 500.", status=500)
    with pytest.raises(OrganizationUnavailable):
        ensure(organization, host)
    assert (row().import_job_id, row().attempts) == (None, 0)
    host.fail_stage = OrganizationRefused("no", service_code="0x80048060", service_text="A bad zip.", status=400)
    with pytest.raises(InstallFailed, match=r"A bad zip\."):
        ensure(organization, host)
    assert row().status == "install_failed"


def test_an_import_whose_system_job_was_deleted_is_found_by_its_import_job(organization: Organization) -> None:
    host = FakeOrganization(polls=4)
    assert isinstance(ensure(organization, host), Wait)
    host.has_system_jobs = False
    assert isinstance(ensure(organization, host), Done)


def test_an_import_that_never_ends_is_given_up(organization: Organization) -> None:
    host = FakeOrganization(polls=10_000)
    assert isinstance(ensure(organization, host), Wait)
    with (
        time_machine.travel(timezone.now() + timedelta(hours=4)),
        pytest.raises(InstallFailed, match="has not ended"),
    ):
        ensure(organization, host)
    assert row().status == "install_failed"


def test_an_import_that_ends_well_but_installs_nothing_is_a_failure(organization: Organization) -> None:
    host = FakeOrganization(polls=0)
    install = bookkeeping.install_of(organization, BASE)
    bookkeeping.import_claim(install)
    upload = host.stage_solution(package_zip("MicrosoftBingMapsHelper")).upload_id
    bookkeeping.import_accepted(
        install, host.import_solution(upload_id=upload, import_job_id=install.import_job_id or uuid.uuid4())
    )
    with pytest.raises(InstallFailed, match="not there"):
        ensure(organization, host)


@pytest.mark.parametrize("portal_type", ["customer_self_service", "partner", "community", "custom"])
def test_the_packages_of_a_type_install_in_their_order(organization: Organization, portal_type: str) -> None:
    host = FakeOrganization(polls=0)
    for package in packages_for(portal_type):
        assert isinstance(ensure(organization, host, package.unique_name), Done)
    assert list(host.installed) == [package.unique_name for package in packages_for(portal_type)]


def test_an_import_again_runs_once_also_where_its_step_runs_twice(organization: Organization) -> None:
    host, again = FakeOrganization(installed={BASE: "9.2.1.0"}), uuid.uuid4()

    def once_more() -> Done | Wait:
        install = bookkeeping.install_of(organization, BASE)
        return Installation(host, package_named(BASE), install, Lines(), again=again).carry_on()

    assert isinstance(once_more(), Done)
    assert isinstance(once_more(), Done)  # the worker died before the step was committed
    assert host.asked == [again]


def test_an_upgrade_is_asked_as_such(organization: Organization) -> None:
    host = FakeOrganization(installed={BASE: "9.1.0.0"})
    install = bookkeeping.install_of(organization, BASE)
    assert isinstance(Installation(host, package_named(BASE), install, Lines(), is_upgrade=True).carry_on(), Done)
    assert host.upgraded == [BASE]
    assert host.installed == {BASE: "9.2.1.0"}
