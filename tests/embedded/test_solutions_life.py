"""The life cycle of a solution as Microsoft's own tools speak it: update, upgrade, holding, promotion, removal."""

from __future__ import annotations

import base64
import threading
import uuid
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.db import OperationalError, connection

from organizations.embedded.models import Label, StagedUpload, rows_in
from organizations.embedded.solutions import history, importing, jobs, stage
from organizations.models import Organization
from tests.builders.organizations import contoso, tenant_of
from tests.organizations.packages import manifest, package
from tests.organizations.wire import Wire, wire_to

pytestmark = pytest.mark.django_db

OLD = ("adx_website", "adx_webpage")
NEW = ("adx_website", "adx_blog")


@pytest.fixture
def organization() -> Organization:
    return contoso(contacts=())


@pytest.fixture
def wire(organization: Organization) -> Wire:
    return wire_to(organization)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def body(**changes: Any) -> dict[str, Any]:
    """The body of an import of the package Sample; ``manifest`` arguments, and parameters of the message."""
    told = {name: changes.pop(name) for name in ("version", "tables", "needs", "managed") if name in changes}
    name = changes.pop("name", "Sample")
    return {"CustomizationFile": encoded(package(manifest(name, **told))), **changes}


def solution(wire: Wire, name: str = "Sample") -> dict[str, Any] | None:
    found = wire.get(f"solutions?$filter=uniquename eq '{name}'")["value"]
    return found[0] if found else None


def history_of(wire: Wire) -> list[tuple[Any, ...]]:
    """Operation, suboperation and result of everything that was done, in order."""
    rows = wire.get("msdyn_solutionhistories?$orderby=versionnumber")["value"]
    return [(row["msdyn_operation"], row["msdyn_suboperation"], row["msdyn_result"]) for row in rows]


def refusal(wire: Wire, path: str, asked: object, *, status: int = 400) -> tuple[str, str]:
    error = wire.post(path, asked, status=status)["error"]
    return error["code"], error["message"]


def test_a_synchronous_import_answers_when_it_is_done(wire: Wire) -> None:
    job = str(uuid.uuid4())
    wire.post("ImportSolution", body(ImportJobId=job))
    found = solution(wire)
    assert found is not None
    assert (found["version"], found["ismanaged"]) == ("1.0.0.0", True)
    row = wire.get(f"importjobs({job})")
    assert (row["progress"], row["solutionname"]) == (100, "Sample")
    assert history_of(wire) == [(0, 1, True)]
    assert wire.get("asyncoperations")["value"] == []


def test_a_failed_synchronous_import_keeps_its_records_and_nothing_else(wire: Wire) -> None:
    job = str(uuid.uuid4())
    code, _ = refusal(wire, "ImportSolution", body(ImportJobId=job, tables=OLD, needs=("Base (1.0.0.0)",)))
    assert code == "0x80048034"
    assert solution(wire) is None
    assert history_of(wire) == [(0, 1, False)]
    assert wire.get(f"RetrieveSolutionImportResult(ImportJobId={job})")["SolutionOperationResult"]["Status"] == "Failed"
    log = fromstring(wire.get(f"importjobs({job})")["data"])
    result = log.find(".//solutionManifest/result")
    assert result is not None
    assert (result.get("result"), result.get("errorcode")) == ("failure", "0x80048034")


def test_an_update_adds_and_an_upgrade_takes_away_what_is_gone(organization: Organization, wire: Wire) -> None:
    wire.post("ImportSolution", body(tables=OLD))
    wire.post("adx_webpages", {"adx_name": "Home"})
    wire.post("ImportSolution", body(tables=NEW, version="1.1.0.0"))
    assert len(wire.get("adx_webpages")["value"]) == 1
    wire.post("StageAndUpgrade", body(tables=NEW, version="1.2.0.0"))
    assert wire.refused("adx_webpages", 404, "0x8006088a")
    assert not rows_in(tenant_of(organization), "adx_webpage").exists()
    assert wire.get("adx_blogs")["value"] == []
    assert history_of(wire) == [(0, 1, True), (0, 3, True), (0, 2, True)]


def test_an_asynchronous_upgrade_is_a_job_of_its_own_type(wire: Wire) -> None:
    wire.post("ImportSolution", body())
    started = wire.post("StageAndUpgradeAsync", body(version="2.0.0.0"), status=200)
    job = wire.get(f"asyncoperations({started['AsyncOperationId']})")
    assert (job["operationtype"], job["statecode"], job["statuscode"]) == (211, 3, 30)
    assert job["completedon"]
    result = wire.get(f"RetrieveSolutionImportResult(ImportJobId={started['ImportJobKey']})")
    assert result["SolutionOperationResult"]["Status"] == "Passed"


@pytest.mark.parametrize("suffix", ["", "Async"])
def test_a_holding_solution_waits_until_it_is_promoted(wire: Wire, suffix: str) -> None:
    wire.post("ImportSolution", body(tables=OLD))
    before = solution(wire)
    wire.post("ImportSolution", body(tables=NEW, version="2.0.0.0", HoldingSolution=True))
    waiting = solution(wire, "Sample_Upgrade")
    assert before
    assert waiting
    assert waiting["version"] == "2.0.0.0"
    wire.get("adx_webpages")
    refused = wire.send("DELETE", f"solutions({before['solutionid']})").json()["error"]
    assert (refused["code"], "Sample_Upgrade" in refused["message"]) == ("0x8004f020", True)
    answer = wire.post(f"DeleteAndPromote{suffix}", {"UniqueName": "Sample"}, status=200)
    if suffix:
        assert wire.get(f"asyncoperations({answer['AsyncOperationId']})")["statuscode"] == 30
    else:
        assert answer["SolutionId"] == before["solutionid"]
    after = solution(wire)
    assert after
    assert (after["solutionid"], after["version"]) == (before["solutionid"], "2.0.0.0")
    assert solution(wire, "Sample_Upgrade") is None
    wire.refused("adx_webpages", 404)
    assert wire.get("adx_blogs")["value"] == []


def test_a_promotion_without_a_holding_solution_is_refused(wire: Wire) -> None:
    wire.post("ImportSolution", body())
    assert refusal(wire, "DeleteAndPromote", {"UniqueName": "Sample"})[0] == "0x80048033"
    assert refusal(wire, "DeleteAndPromoteAsync", {"UniqueName": "Nothing"})[0] == "0x80048033"


def test_a_refused_removal_names_the_rule_and_is_in_the_history(wire: Wire) -> None:
    wire.post("ImportSolution", body(name="Base", tables=("adx_website",)))
    wire.post("ImportSolution", body(needs=("Base (1.0.0.0)",)))
    base = solution(wire, "Base")
    assert base
    refused = wire.send("DELETE", f"solutions({base['solutionid']})").json()["error"]
    assert refused["code"] == "0x8004f01f"
    assert refused["message"].startswith(
        f"The Solution({base['solutionid']}) component cannot be deleted because it is referenced by 1 other "
        "components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest."
    )
    assert history_of(wire)[-1] == (1, 4, False)


def test_a_solution_whose_table_another_one_extends_cannot_be_removed(wire: Wire) -> None:
    wire.post("ImportSolution", body(name="Base", tables=("adx_website",)))
    shell = manifest("Other", tables=("adx_website",)).replace('behavior="0"', 'behavior="2"')
    wire.post("ImportSolution", {"CustomizationFile": encoded(package(shell))})
    base, other = solution(wire, "Base"), solution(wire, "Other")
    assert base
    assert other
    refused = wire.send("DELETE", f"solutions({base['solutionid']})").json()["error"]
    assert refused["code"] == "0x8004f01d"
    assert wire.send("DELETE", f"solutions({other['solutionid']})").status_code == 204
    assert wire.send("DELETE", f"solutions({base['solutionid']})").status_code == 204


def test_dependencies_can_be_asked_for(wire: Wire) -> None:
    wire.post("ImportSolution", body(name="Base"))
    wire.post("ImportSolution", body(needs=("Base (1.0.0.0)",)))
    missing = wire.get("RetrieveMissingDependencies(SolutionUniqueName='Sample')")["value"]
    assert [(row["requiredcomponenttype"], row["dependentcomponenttype"]) for row in missing] == [(61, 61)]
    kept = wire.get("RetrieveDependenciesForUninstall(SolutionUniqueName=@p)?@p='Base'")["value"]
    assert [row["dependencyid"] for row in kept] == [row["dependencyid"] for row in missing]
    assert wire.get("RetrieveDependenciesForUninstall(SolutionUniqueName='Sample')")["value"] == []
    wire.refused("RetrieveMissingDependencies(SolutionUniqueName='Nothing')", 404)
    wire.refused("RetrieveMissingDependencies()", 400)


def test_solutions_that_need_each_other_are_a_circle(wire: Wire) -> None:
    wire.post("ImportSolution", body(name="A"))
    wire.post("ImportSolution", body(name="B", needs=("A (1.0.0.0)",)))
    code, text = refusal(wire, "ImportSolution", body(name="A", version="2.0.0.0", needs=("B (1.0.0.0)",)))
    assert code == "0x80071157"
    assert text == (
        "The solution operation failed due to a circular dependency with other solutions. Please check the exception "
        "for more details: A -> B -> A"
    )


def test_the_log_is_given_as_a_workbook_too(wire: Wire) -> None:
    job = str(uuid.uuid4())
    refusal(wire, "ImportSolution", body(ImportJobId=job, needs=("Base (1.0.0.0)",)))
    book = wire.get(f"RetrieveFormattedImportJobResults(ImportJobId={job})")["FormattedResults"]
    cells = [data.text for data in fromstring(book).iter("{urn:schemas-microsoft-com:office:spreadsheet}Data")]
    assert {"Failure", "Sample", "1.0.0.0"} <= set(cells)
    wire.refused(f"RetrieveFormattedImportJobResults(ImportJobId={uuid.uuid4()})", 404)


def test_publishing_is_in_the_history(wire: Wire) -> None:
    wire.post("PublishAllXml", {})
    assert history_of(wire) == [(4, 0, True)]
    assert refusal(wire, "PublishAllXml", {"X": 1})[0] == "0x80048d19"


@pytest.mark.parametrize(
    "asked",
    [
        ("ImportSolution", body()),
        ("StageAndUpgrade", body()),
        ("PublishAllXml", {}),
        ("ProvisionLanguage", {"Language": 1040}),
    ],
)
def test_while_a_job_runs_nothing_else_begins(
    organization: Organization, wire: Wire, asked: tuple[str, dict[str, Any]]
) -> None:
    running = jobs.job_create(tenant_of(organization), importing.IMPORT, {"upload": str(uuid.uuid4())})
    jobs._here.add(running)
    code, text = refusal(wire, *asked, status=429)
    jobs._here.discard(running)
    assert code == "0x80071151"
    assert text.startswith("Cannot start the requested operation [")
    assert "there is another [Import] running at this moment." in text


@pytest.mark.django_db(transaction=True)
def test_a_synchronous_import_keeps_another_process_out() -> None:
    tenant, told = tenant_of(contoso(contacts=())), []

    def other() -> None:
        try:
            with jobs.turn_held(tenant, "Uninstall"):
                told.append("began")
        except Exception as refused:
            told.append(getattr(refused, "code", str(refused)))
        finally:
            connection.close()

    with jobs.turn_held(tenant, "Import"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)
    assert told == ["0x80071151"]
    with jobs.turn_held(tenant, "Import"):
        pass


def test_a_statement_that_takes_too_long_is_a_failure_with_a_record(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(*args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(history, "STATEMENT_SECONDS", 0.05)
    monkeypatch.setattr(importing, "package_install", sleep)
    assert refusal(wire, "ImportSolution", body(), status=500)[0] == "0x80044151"
    assert solution(wire) is None
    assert history_of(wire) == [(0, 1, False)]


def test_a_disk_that_is_full_is_a_failure_with_a_record(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    monkeypatch.setattr(importing, "package_install", full)
    code, text = refusal(wire, "ImportSolution", body(), status=500)
    assert (code, text) == ("0x80044150", "Generic SQL error.")
    assert history_of(wire) == [(0, 1, False)]


def test_an_organization_keeps_a_limited_number_of_uploads(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MOST_KEPT", 3)
    staged = [wire.post("StageSolution", {"CustomizationFile": encoded(package())}, status=200) for _ in range(4)]
    ids = [one["StageSolutionResults"]["StageSolutionUploadId"] for one in staged]
    assert {str(id) for id in StagedUpload.objects.values_list("pk", flat=True)} == set(ids[1:])


def test_labels_go_with_their_solution(organization: Organization, wire: Wire) -> None:
    from solutions.build import package_zip

    wire.post("ImportSolution", {"CustomizationFile": encoded(package_zip("MicrosoftCrmPortalDependencies"))})
    assert {*Label.objects.values_list("lcid", flat=True)} == {1031, 1033, 1036}
    wire.post("contacts", {"lastname": "Campbell", "adx_organizationname": "Adventure Works"})
    found = solution(wire, "MicrosoftCrmPortalDependencies")
    assert found
    assert wire.send("DELETE", f"solutions({found['solutionid']})").status_code == 204
    assert not Label.objects.exists()
    assert not rows_in(tenant_of(organization), "contact").exclude(adx_organizationname=None).exists()
