"""Staging, importing, updating and removing solutions, as an organization does it."""

import base64
import io
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import override_settings

from organizations.client import WebApiClient, organization_client
from organizations.embedded.models import rows_in
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.importing import IMPORT
from organizations.errors import OrganizationRefused, OrganizationUnavailable
from organizations.models import Organization
from tests.builders.organizations import contoso, tenant_of
from tests.organizations.packages import manifest, package
from tests.organizations.wire import wire_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return contoso(contacts=())


@pytest.fixture
def client(organization: Organization) -> WebApiClient:
    return organization_client(organization)


def imported(client: WebApiClient, content: bytes) -> Any:
    """Stage and import; the result."""
    staged = client.stage_solution(content)
    job_id = uuid.uuid4()
    job = client.import_solution(upload_id=staged.upload_id, import_job_id=job_id)
    assert client.async_operation(job).is_complete
    return client.import_result(job_id)


def test_a_package_brings_its_tables(organization: Organization, client: WebApiClient) -> None:
    wire = wire_to(organization)
    assert wire.refused("adx_websites", 404, "0x8006088a")
    assert imported(client, package(manifest(tables=("adx_website", "adx_webpage")))).is_success
    assert wire.get("adx_websites")["value"] == []
    found = {solution.unique_name: solution for solution in client.solutions()}["Sample"]
    assert (found.friendly_name, found.version, found.is_managed) == ("Sample title", "1.0.0.0", True)


def test_what_is_missing_is_named_when_staged_and_when_imported(client: WebApiClient) -> None:
    staged = client.stage_solution(package(manifest(needs=("BaseLib (2.0.0.0)", "Active"))))
    assert [missing.schema_name for missing in staged.missing] == ["x_0", "x_1"]
    assert staged.problems[0].code == "0x80048034"
    assert staged.problems[0].message == (
        "Sample title requires solutions that are not currently installed. Import the following solutions before "
        "Importing this one. BaseLib"
    )
    result = imported(client, package(manifest(needs=("BaseLib (2.0.0.0)",))))
    assert not result.is_success
    assert result.errors[0].code == "0x80048034"
    assert "Sample" not in {solution.unique_name for solution in client.solutions()}


def test_a_solution_that_is_too_old_is_a_missing_dependency(client: WebApiClient) -> None:
    imported(client, package(manifest("BaseLib", version="1.9.0.0")))
    result = imported(client, package(manifest(needs=("BaseLib (1.10.0.0)",))))
    assert result.errors[0].code == "0x8004801d"
    assert "Some dependencies are missing" in result.errors[0].message
    imported(client, package(manifest("BaseLib", version="1.10.0.5")))
    assert imported(client, package(manifest(needs=("BaseLib (1.10.0.9)",)))).is_success  # the build is not compared


def test_the_same_version_again_is_an_update_and_an_older_one_is_refused(
    organization: Organization, client: WebApiClient
) -> None:
    for version in ("1.0.0.0", "1.0.0.0", "1.10.0.0"):
        assert imported(client, package(manifest(version=version))).is_success
    assert not imported(client, package(manifest(version="1.9.0.0"))).is_success
    history = wire_to(organization).get("msdyn_solutionhistories?$orderby=versionnumber")["value"]
    assert [(row["msdyn_suboperation"], row["msdyn_result"]) for row in history] == [
        (1, True),
        (3, True),
        (3, True),
        (3, False),
    ]
    assert [solution.version for solution in client.solutions() if solution.unique_name == "Sample"] == ["1.10.0.0"]


def test_a_failure_leaves_nothing_but_its_record(organization: Organization, client: WebApiClient) -> None:
    wire = wire_to(organization)
    client.session.send(
        "POST", f"{organization.url}/_faults", {"kind": "fail_import", "solution": "Sample", "code": "0x80048033"}
    )
    result = imported(client, package(manifest(tables=("adx_website",))))
    assert (result.is_success, result.errors[0].code) == (False, "0x80048033")
    assert wire.refused("adx_websites", 404)
    job = wire.get("importjobs")["value"][0]
    assert (job["progress"], job["completedon"] is not None) == (100, True)
    assert 'result="failure"' in job["data"]
    assert wire.get("asyncoperations")["value"][0]["statuscode"] == 31


def test_a_package_that_cannot_be_read_is_said_so_and_its_record_kept(organization: Organization) -> None:
    wire = wire_to(organization)
    for message, content, why in (
        ("ImportSolution", b"no zip", "is not a zip that can be read"),
        ("ImportSolutionAsync", package(extra={"../evil": b"x"}), "'../evil' leads out of the file"),
        ("ImportSolution", package(extra={"a.xml": b" " * 2**21}), "'a.xml' grows too large"),
        ("StageAndUpgrade", package("<a>"), "not well formed"),
    ):
        job = str(uuid.uuid4())
        body = {"CustomizationFile": base64.b64encode(content).decode(), "ImportJobId": job}
        for _ in range(2):  # the same job's id again: the first record stays
            assert why in wire.post(message, body, status=400)["error"]["message"]
        kept = wire.get(f"importjobs({job})")
        assert (kept["progress"], 'result="failure"' in kept["data"]) == (100, True)
        result = wire.get(f"RetrieveSolutionImportResult(ImportJobId={job})")["SolutionOperationResult"]
        assert (result["Status"], why in result["ErrorMessages"][0]) == ("Failed", True)
    assert len(wire.get("msdyn_solutionhistories?$filter=msdyn_result%20eq%20false")["value"]) == 4


def test_one_import_at_a_time(organization: Organization, client: WebApiClient) -> None:
    tenant = tenant_of(organization)
    staged = client.stage_solution(package())
    running = jobs.job_create(tenant, IMPORT, {"upload": str(uuid.uuid4()), "import_job": str(uuid.uuid4())})
    jobs._here.add(running)  # a thread of this process is at work on it
    with pytest.raises(OrganizationUnavailable) as busy:
        client.import_solution(upload_id=staged.upload_id, import_job_id=uuid.uuid4())
    jobs._here.discard(running)
    assert busy.value.service_code == "0x80071151"
    assert busy.value.status == 429
    assert busy.value.retry_after == 1


def test_a_poll_resumes_an_import_whose_process_died(
    organization: Organization, client: WebApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = client.stage_solution(package())
    import_job = uuid.uuid4()
    with monkeypatch.context() as died:
        died.setattr(jobs, "job_start", lambda *args: None)
        job = client.import_solution(upload_id=staged.upload_id, import_job_id=import_job)
        assert not client.async_operation(job).is_complete
    assert client.async_operation(job).is_complete
    assert client.import_result(import_job).is_success
    jobs.jobs_resume(tenant_of(organization))  # nothing is left to do


def test_a_job_whose_package_is_gone_ends_as_failed(organization: Organization, client: WebApiClient) -> None:
    gone = {"upload": str(uuid.uuid4()), "import_job": str(uuid.uuid4())}
    job = jobs.job_create(tenant_of(organization), IMPORT, gone)
    operation = client.async_operation(job)
    assert (operation.is_complete, operation.is_success, operation.error_code) == (True, False, "0x80048033")


@pytest.mark.django_db(transaction=True)
@override_settings(ORGANIZATION_JOBS="thread")
def test_an_import_runs_in_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = ThreadPoolExecutor(max_workers=1)
    monkeypatch.setattr(jobs, "_threads", threads)
    client = organization_client(contoso())
    staged, import_job = client.stage_solution(package()), uuid.uuid4()
    job = client.import_solution(upload_id=staged.upload_id, import_job_id=import_job)
    threads.submit(lambda: connection.close()).result(
        timeout=30
    )  # waits for the import, and leaves no connection behind
    assert client.async_operation(job).is_success
    assert client.import_result(import_job).is_success


def test_the_same_import_job_is_taken_once(client: WebApiClient) -> None:
    staged, again = client.stage_solution(package()), client.stage_solution(package())
    id = uuid.uuid4()
    client.import_solution(upload_id=staged.upload_id, import_job_id=id)
    with pytest.raises(OrganizationRefused) as known:
        client.import_solution(upload_id=again.upload_id, import_job_id=id)
    assert known.value.service_code == "0x80040237"


def test_a_solution_that_others_need_cannot_be_removed(organization: Organization, client: WebApiClient) -> None:
    wire = wire_to(organization)
    imported(client, package(manifest("BaseLib", tables=("adx_website",))))
    imported(client, package(manifest(needs=("BaseLib (1.0.0.0)",))))
    ids = {solution.unique_name: solution.id for solution in client.solutions()}
    refused = wire.send("DELETE", f"solutions({ids['BaseLib']})")
    assert refused.json()["error"]["code"] == "0x8004f01f"
    assert "Sample title" in refused.json()["error"]["message"]
    wire.post("adx_websites", {"adx_name": "A"})
    assert wire.send("DELETE", f"solutions({ids['Sample']})").status_code == 204
    assert wire.send("DELETE", f"solutions({ids['BaseLib']})").status_code == 204
    assert wire.refused("adx_websites", 404)
    assert not rows_in(tenant_of(organization), "adx_website").exists()


def refusal(organization: Organization, content: object) -> dict[str, str]:
    encoded = base64.b64encode(content).decode() if isinstance(content, bytes) else content
    answer = wire_to(organization).send("POST", "StageSolution", {"CustomizationFile": encoded})
    assert answer.status_code == 400, answer.text
    error: dict[str, str] = answer.json()["error"]
    return error


def test_packages_that_are_none_are_refused(organization: Organization) -> None:
    without = io.BytesIO()
    with zipfile.ZipFile(without, "w") as archive:
        archive.writestr("solution.xml", manifest())
    entity = '<!DOCTYPE x [<!ENTITY a "b">]>' + manifest().removeprefix("\ufeff").partition("?>")[2]
    bad = {
        "no zip": (b"nothing", "0x80048060"),
        "no base64": ("???", "0x80048d19"),
        "nothing": (None, "0x80048d19"),
        "files missing": (without.getvalue(), "0x80048060"),
        "cut off": (package()[:-40], "0x80048060"),
        "path out": (package(extra={"../evil.txt": b"x"}), "0x80048060"),
        "absolute path": (package(extra={"/etc/evil": b"x"}), "0x80048060"),
        "drive": (package(extra={"C:\\evil": b"x"}), "0x80048060"),
        "too many": (package(extra={f"f{number}": b"" for number in range(5001)}), "0x80048060"),
        "bomb": (package(extra={"bomb.xml": b"\0" * (65 * 1024 * 1024)}), "0x80048060"),
        "not xml": (package("<nothing"), "0x8004802c"),
        "no manifest": (package("<ImportExportXml />"), "0x8004802c"),
        "entities": (package(entity), "0x8004802c"),
        "wrong name": (package(manifest("wrong name")), "0x8004f002"),
        "wrong version": (package(manifest(version="one")), "0x8004f01e"),
        "wrong number": (package(manifest().replace('languagecode="1033" />', 'languagecode="x" />')), "0x8004802c"),
    }
    assert {name: refusal(organization, content)["code"] for name, (content, _) in bad.items()} == {
        name: code for name, (_, code) in bad.items()
    }


def test_an_unknown_parameter_or_upload_is_refused(organization: Organization) -> None:
    wire = wire_to(organization)
    wire.post("ImportSolutionAsync", {"Nosuch": 1}, status=400)
    wire.post("ImportSolutionAsync", {}, status=400)
    wire.post("ImportSolutionAsync", {"SolutionParameters": {"StageSolutionUploadId": "x"}}, status=400)
    wire.post("ImportSolutionAsync", {"HoldingSolution": "yes"}, status=400)
    wire.post("ImportSolution", {}, status=400)
    wire.refused(f"RetrieveSolutionImportResult(ImportJobId={uuid.uuid4()})", 404)
    wire.refused("RetrieveSolutionImportResult()", 400)


def test_managed_and_unmanaged_do_not_replace_each_other(client: WebApiClient) -> None:
    imported(client, package(manifest("One")))
    imported(client, package(manifest("Two", managed="0")))
    assert imported(client, package(manifest("One", managed="0"))).errors[0].code == "0x80048041"
    assert imported(client, package(manifest("Two"))).errors[0].code == "0x80048040"
