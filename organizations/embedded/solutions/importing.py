"""ImportSolution, StageAndUpgrade and their asynchronous forms: the job, its records, its history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from organizations.embedded.errors import DataverseError, bad_request, row_exists
from organizations.embedded.models import EmbeddedOrganization, StagedUpload, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import existing_ids, row_create, row_update
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.history import Deed, History, failure_of, limited, now
from organizations.embedded.solutions.install import Manner, Mode, how_installed, package_install
from organizations.embedded.solutions.package import BadPackage, Package, package_read
from organizations.embedded.solutions.results import import_log
from organizations.embedded.solutions.stage import upload_keep, upload_named

SWITCHES = (
    "OverwriteUnmanagedCustomizations",
    "PublishWorkflows",
    "SkipProductUpdateDependencies",
    "HoldingSolution",
    "ConvertToManaged",
    "AsyncRibbonProcessing",
)
UNREADABLE = "Package that cannot be read"
PARAMETERS = frozenset({*SWITCHES, "ComponentParameters", "SolutionParameters", "CustomizationFile", "ImportJobId"})


@dataclass(frozen=True)
class Asked:
    """An import as it was asked for."""

    upload: StagedUpload
    package: Package
    import_job: uuid.UUID
    manner: Manner


def solution_import(tenant: EmbeddedOrganization, body: Mapping[str, Any], *, upgrades: bool = False) -> uuid.UUID:
    """The synchronous form; the import job's id.

    Raises:
        DataverseError: why it was refused or failed; the records of a failure stay, and nothing else does.
    """
    with jobs.turn_held(tenant, "Import"):
        with _failure_kept(tenant, body), transaction.atomic():
            asked = _asked(tenant, body, upgrades)
        error = _carry_out(tenant, asked)
    if error is not None:
        raise error
    return asked.import_job


def import_start(
    tenant: EmbeddedOrganization, body: Mapping[str, Any], *, upgrades: bool = False
) -> tuple[uuid.UUID, uuid.UUID]:
    """Take an import in and start it; the ids of its import job and of its system job.

    Raises:
        DataverseError: 400 for what cannot be imported, 412 for a job id that is used, 429 while another one runs.
    """
    jobs.jobs_resume(tenant)
    with _failure_kept(tenant, body), transaction.atomic():
        asked = _asked(tenant, body, upgrades)
        data = {
            "upload": str(asked.upload.pk),
            "import_job": str(asked.import_job),
            "mode": asked.manner.mode.value,
            "overwrites": asked.manner.overwrites,
        }
        job = jobs.job_create(tenant, UPGRADE if upgrades else IMPORT, data)
    jobs.job_start(tenant, job)
    return asked.import_job, job


def import_run(tenant: EmbeddedOrganization, job: uuid.UUID, data: Mapping[str, Any]) -> None:
    """The system job's work. Its record of a failure is written after what failed was rolled back."""
    upload = StagedUpload.objects.filter(tenant=tenant, pk=data["upload"]).first()
    if upload is None:  # the job was left alone for longer than uploads are kept
        text = "The staged package is no longer there."
        jobs.job_end(tenant, job, now(), DataverseError(400, "0x80048033", text))
        return
    manner = Manner(Mode(data.get("mode", "update")), bool(data.get("overwrites")))
    asked = Asked(upload, package_read(bytes(upload.package)), uuid.UUID(data["import_job"]), manner)
    jobs.job_begin(tenant, job, now())
    _carry_out(tenant, asked, job)


IMPORT = jobs.work_register(jobs.Work("ImportSolution", "Import Solution", "Import", 203, import_run))
UPGRADE = jobs.work_register(jobs.Work("StageAndUpgrade", "Stage And Upgrade", "Import", 211, import_run))


def _carry_out(tenant: EmbeddedOrganization, asked: Asked, job: uuid.UUID | None = None) -> DataverseError | None:
    """Install the package with all its records; what it failed with."""
    run = _Run(tenant, asked, _history(tenant, asked), job)
    run.begin()
    error: DataverseError | None = None
    try:
        with transaction.atomic():
            limited(lambda: package_install(tenant, asked.package, asked.manner))
            run.end(None)
    except Exception as wrong:
        error = failure_of(wrong, asked.package.unique_name)
        run.end(error)
    asked.upload.delete()
    return error


@dataclass(frozen=True)
class _Run:
    """The records of one import: system job (of the asynchronous forms), import job, solution history."""

    tenant: EmbeddedOrganization
    asked: Asked
    history: History
    job: uuid.UUID | None

    def begin(self) -> None:
        with transaction.atomic():
            self.history.begin()
            self._import_job(progress=25.0)

    def end(self, error: DataverseError | None) -> None:
        at = now()
        with transaction.atomic():
            self.history.end(error)
            self._import_job(progress=100.0, completedon=at, data=import_log(self.asked.package, error, at))
            if self.job is not None:
                jobs.job_end(self.tenant, self.job, at, error)

    def _import_job(self, **values: Any) -> None:
        row = rows_in(self.tenant, "importjob").filter(importjobid=self.asked.import_job).values().get()
        row_update(self.tenant, TABLES["importjob"], row, Changes(values))


def _history(tenant: EmbeddedOrganization, asked: Asked) -> History:
    package = asked.package
    return History(
        tenant,
        Deed.IMPORT,
        how_installed(tenant, package, asked.manner.mode),
        name=package.unique_name,
        version=package.version,
        publisher=package.publisher,
        is_managed=package.is_managed,
        activity=asked.import_job,
    )


def _asked(tenant: EmbeddedOrganization, body: Mapping[str, Any], upgrades: bool) -> Asked:
    """Everything that was asked for, checked, and the import job's row."""
    manner = _manner(body, upgrades)
    upload = _upload(tenant, body)
    import_job = _job_id(body.get("ImportJobId"))
    if existing_ids(tenant, TABLES["importjob"], [import_job]):
        raise row_exists()
    package = package_read(bytes(upload.package))
    _job_row(tenant, import_job, package, now())
    return Asked(upload, package, import_job, manner)


@contextmanager
def _failure_kept(tenant: EmbeddedOrganization, body: Mapping[str, Any]) -> Iterator[None]:
    """A package that cannot be read leaves an import job and a line of the history, as one that fails later does."""
    try:
        yield
    except BadPackage as wrong:
        import_job, at = _job_id(body.get("ImportJobId")), now()
        if not existing_ids(tenant, TABLES["importjob"], [import_job]):
            _unreadable_keep(tenant, import_job, wrong, at)
        raise


def _unreadable_keep(tenant: EmbeddedOrganization, import_job: uuid.UUID, wrong: BadPackage, at: datetime) -> None:
    log = import_log(None, wrong, at)
    values = {"name": UNREADABLE, "progress": 100.0, "startedon": at, "completedon": at, "data": log}
    history = History(tenant, Deed.IMPORT, name=UNREADABLE, version="", activity=import_job, began=at)
    with transaction.atomic():
        row_create(tenant, TABLES["importjob"], import_job, Changes(values))
        history.begin()
        history.end(wrong)


def _job_row(tenant: EmbeddedOrganization, id: uuid.UUID, package: Package, at: datetime) -> None:
    values = {"name": package.unique_name, "solutionname": package.unique_name, "progress": 0.0, "startedon": at}
    row_create(tenant, TABLES["importjob"], id, Changes(values))


def _manner(body: Mapping[str, Any], upgrades: bool) -> Manner:
    unknown = body.keys() - PARAMETERS
    if unknown:
        raise bad_request(f"The parameter '{sorted(unknown)[0]}' is not a parameter of the operation.", "0x80048d19")
    for name in SWITCHES:
        if not isinstance(body.get(name, False), bool | None):
            raise bad_request(f"The value of the parameter '{name}' is not a Boolean.", "0x80048d19")
    if body.get("ConvertToManaged"):
        raise bad_request("The parameter 'ConvertToManaged' has been retired; it must be false.", "0x80048d19")
    mode = Mode.UPGRADE if upgrades else Mode.HOLD if body.get("HoldingSolution") else Mode.UPDATE
    return Manner(mode, bool(body.get("OverwriteUnmanagedCustomizations")))


def _upload(tenant: EmbeddedOrganization, body: Mapping[str, Any]) -> StagedUpload:
    parameters = body.get("SolutionParameters") or {}
    if not isinstance(parameters, Mapping):
        raise bad_request("SolutionParameters is not an object.", "0x80048d19")
    if parameters.get("StageSolutionUploadId"):
        return upload_named(tenant, parameters["StageSolutionUploadId"])
    return upload_keep(tenant, body.get("CustomizationFile"))[0]


def _job_id(told: object) -> uuid.UUID:
    if told is None:
        return uuid.uuid4()
    try:
        return uuid.UUID(str(told))
    except ValueError as wrong:
        raise bad_request("ImportJobId is not a GUID.", "0x80048d19") from wrong
