"""ImportSolution and ImportSolutionAsync: the job, its records, its history, and the log that everybody reads."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.db import transaction
from django.utils import timezone

from organizations.embedded.errors import DataverseError, bad_request, not_served, row_exists
from organizations.embedded.models import EmbeddedOrganization, StagedUpload, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import existing_ids, row_create, row_update
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.install import package_install, suboperation
from organizations.embedded.solutions.package import Package, package_read
from organizations.embedded.solutions.stage import signed, upload_keep, upload_named

logger = logging.getLogger(__name__)

PARAMETERS = frozenset(
    {
        "OverwriteUnmanagedCustomizations",
        "PublishWorkflows",
        "SkipProductUpdateDependencies",
        "ComponentParameters",
        "SolutionParameters",
        "CustomizationFile",
        "ImportJobId",
        "HoldingSolution",
        "ConvertToManaged",
        "AsyncRibbonProcessing",
    }
)


def import_start(tenant: EmbeddedOrganization, body: Mapping[str, Any]) -> tuple[uuid.UUID, uuid.UUID]:
    """Take an import in and start it; the ids of its import job and of its system job.

    Raises:
        DataverseError: 400 for what cannot be imported, 412 for a job id that is used, 429 while another one runs.
    """
    jobs.jobs_resume(tenant, import_run)
    with transaction.atomic():
        upload = _upload(tenant, body)
        import_job = _job_id(body.get("ImportJobId"))
        if existing_ids(tenant, TABLES["importjob"], [import_job]):
            raise row_exists()
        package = package_read(bytes(upload.package))
        data = {"upload": str(upload.pk), "import_job": str(import_job)}
        job = jobs.job_create(tenant, data)
        values = {"name": package.unique_name, "solutionname": package.unique_name, "progress": 0.0}
        row_create(tenant, TABLES["importjob"], import_job, Changes(values | {"startedon": _now()}))
    jobs.job_start(tenant, job, import_run)
    return import_job, job


def import_run(tenant: EmbeddedOrganization, job: uuid.UUID, data: Mapping[str, Any]) -> None:
    """The system job's work. Its record of a failure is written after what failed was rolled back."""
    upload = StagedUpload.objects.filter(tenant=tenant, pk=data["upload"]).first()
    if upload is None:
        _give_up(tenant, job)
        return
    package = package_read(bytes(upload.package))
    run = _Run(tenant, job, uuid.UUID(data["import_job"]), package, _now(), suboperation(tenant, package))
    run.begin()
    try:
        with transaction.atomic():
            package_install(tenant, package)
            run.end(None)
    except DataverseError as refused:
        run.end(refused)
    except Exception:
        logger.exception("The import of %s failed unexpectedly.", package.unique_name)
        run.end(DataverseError(500, "0x80048033", "Solution import failed: an unexpected error occurred."))
    upload.delete()


def _give_up(tenant: EmbeddedOrganization, job: uuid.UUID) -> None:
    """The package is gone: the job was left alone for longer than uploads are kept."""
    stored = rows_in(tenant, "asyncoperation").filter(asyncoperationid=job).values().get()
    text = "The staged package is no longer there."
    values = {"statecode": 3, "statuscode": 31, "completedon": _now(), "message": text, "friendlymessage": text}
    row_update(tenant, TABLES["asyncoperation"], stored, Changes({**values, "errorcode": signed("0x80048033")}))


def import_result(tenant: EmbeddedOrganization, import_job: uuid.UUID) -> dict[str, Any]:
    """The answer of RetrieveSolutionImportResult.

    Raises:
        DataverseError: 404.
    """
    row = rows_in(tenant, "importjob").filter(importjobid=import_job).values().first()
    if row is None:
        raise DataverseError(404, "0x80040217", f"Entity 'importjob' With Id = {import_job} Does Not Exist")
    history = rows_in(tenant, "msdyn_solutionhistory").filter(msdyn_activityid=import_job)
    ended = history.filter(msdyn_status=1).values().first()
    has_passed = bool(ended and ended["msdyn_result"])
    status = "Passed" if has_passed else ("Failed" if ended else "InProgress")
    return {
        "SolutionOperationResult": {
            "Type": "Import",
            "Status": status,
            "FormattedResults": row["data"] or "",
            "WarningMessages": [],
            "ErrorMessages": [ended["msdyn_exceptionmessage"]] if ended and not has_passed else [],
            "ActionLink": {"Label": None, "Target": None},
        }
    }


@dataclass(frozen=True)
class _Run:
    """The records of one import: system job, import job, solution history."""

    tenant: EmbeddedOrganization
    job: uuid.UUID
    import_job: uuid.UUID
    package: Package
    began: datetime
    suboperation: int

    def begin(self) -> None:
        with transaction.atomic():
            self._change("asyncoperation", self.job, statecode=2, statuscode=20, startedon=self.began)
            self._change("importjob", self.import_job, progress=25.0)
            self._history(msdyn_status=0)

    def end(self, error: DataverseError | None) -> None:
        ended = _now()
        with transaction.atomic():
            self._history(
                msdyn_status=1,
                msdyn_result=error is None,
                msdyn_endtime=ended,
                msdyn_totaltime=int((ended - self.began).total_seconds()),
                msdyn_errorcode=str(signed(error.code)) if error else None,
                msdyn_exceptionmessage=error.message if error else None,
            )
            self._change(
                "importjob", self.import_job, progress=100.0, completedon=ended, data=_log(self.package, error)
            )
            self._change(
                "asyncoperation",
                self.job,
                statecode=3,
                statuscode=31 if error else 30,
                completedon=ended,
                errorcode=signed(error.code) if error else None,
                message=error.message if error else None,
                friendlymessage=error.message if error else None,
            )

    def _history(self, **values: Any) -> None:
        id = uuid.uuid5(self.import_job, "solution history")
        common = {
            "msdyn_name": self.package.unique_name,
            "msdyn_solutionversion": self.package.version,
            "msdyn_publishername": self.package.publisher,
            "msdyn_operation": 0,
            "msdyn_suboperation": self.suboperation,
            "msdyn_ismanaged": self.package.is_managed,
            "msdyn_starttime": self.began,
            "msdyn_activityid": self.import_job,
            "msdyn_retrycount": 0,
            "msdyn_maxretries": 0,
        }
        if existing_ids(self.tenant, TABLES["msdyn_solutionhistory"], [id]):
            self._change("msdyn_solutionhistory", id, **values)
        else:
            row_create(self.tenant, TABLES["msdyn_solutionhistory"], id, Changes(common | values))

    def _change(self, name: str, id: uuid.UUID, **values: Any) -> None:
        table = TABLES[name]
        stored = rows_in(self.tenant, name).filter(**{table.primary_id: id}).values().get()
        row_update(self.tenant, table, stored, Changes(values))


def _upload(tenant: EmbeddedOrganization, body: Mapping[str, Any]) -> StagedUpload:
    unknown = body.keys() - PARAMETERS
    if unknown:
        raise bad_request(f"The parameter '{sorted(unknown)[0]}' is not a parameter of the operation.", "0x80048d19")
    if body.get("HoldingSolution"):
        raise not_served("HoldingSolution")
    parameters = body.get("SolutionParameters") or {}
    if not isinstance(parameters, Mapping):
        raise bad_request("SolutionParameters is not an object.", "0x80048d19")
    if parameters.get("StageSolutionUploadId"):
        upload = upload_named(tenant, parameters["StageSolutionUploadId"])
    else:
        upload, _ = upload_keep(tenant, body.get("CustomizationFile"))
    return upload


def _job_id(told: object) -> uuid.UUID:
    if told is None:
        return uuid.uuid4()
    try:
        return uuid.UUID(str(told))
    except ValueError as wrong:
        raise bad_request("ImportJobId is not a GUID.", "0x80048d19") from wrong


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def _log(package: Package, error: DataverseError | None) -> str:
    """The import job's log as everybody reads it: ``//solutionManifest/result/@result``."""
    outcome = (
        f'<result result="failure" errorcode={quoteattr(error.code)} errortext={quoteattr(error.message)} />'
        if error
        else '<result result="success" errorcode="0" errortext="" />'
    )
    return (
        f'<importexportxml succeeded="{"failure" if error else "success"}"><solutionManifests>'
        f"<solutionManifest><UniqueName>{escape(package.unique_name)}</UniqueName>"
        f"<Version>{escape(package.version)}</Version>{outcome}</solutionManifest>"
        "</solutionManifests></importexportxml>"
    )
