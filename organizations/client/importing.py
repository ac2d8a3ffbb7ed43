"""The life cycle of a solution: stage, import as a system job, poll, result.

ImportSolutionAsync is never repeated: a second one after a lost answer would import twice. The caller looks at the
organization again instead (the import job's id is the caller's own choice).
"""

from __future__ import annotations

import base64
import uuid
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from organizations.client.exchange import SLOW
from organizations.client.session import Session
from organizations.client.values import (
    AsyncOperation,
    ImportResult,
    InstalledSolution,
    MissingDependency,
    Problem,
    StagedSolution,
)
from organizations.errors import OrganizationRefused, OrganizationUnavailable

COMPLETED = 3
SUCCEEDED = 30
SOLUTIONS = {
    "$select": "solutionid,uniquename,friendlyname,version,ismanaged",
    "$filter": "isvisible eq true",
    "$orderby": "uniquename",
}


class Importing:
    """The solutions half of the client."""

    session: Session

    def solutions(self) -> list[InstalledSolution]:
        """What is installed, by unique name."""
        page = self.session.get("solutions", SOLUTIONS, limits=SLOW)
        found = list(page.get("value") or [])
        while link := page.get("@odata.nextLink"):
            page = self.session.get(str(link), limits=SLOW)
            found += page.get("value") or []
        return [_solution(row) for row in found]

    def stage_solution(self, zip_bytes: bytes) -> StagedSolution:
        """Hand the package over and learn whether it can be imported; it changes nothing, so it may be repeated."""
        body = {"CustomizationFile": base64.b64encode(zip_bytes).decode()}
        answer = self.session.send("POST", self.session.url("StageSolution"), body, limits=SLOW, repeatable=True)
        return _staged(answer.json())

    def import_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        """Start the import of a staged package and return the id of its system job."""
        return self._begin("ImportSolutionAsync", upload_id, import_job_id)

    def upgrade_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        """As :meth:`import_solution` over an older version: what the new one no longer has goes (StageAndUpgrade)."""
        return self._begin("StageAndUpgradeAsync", upload_id, import_job_id)

    def delete_solution(self, id: uuid.UUID) -> None:
        """Uninstall; gone already is done. It can take minutes, and may be asked again after a lost answer."""
        try:
            self.session.send("DELETE", self.session.url(f"solutions({id})"), limits=SLOW, repeatable=True)
        except OrganizationRefused as refused:
            if refused.status != 404:
                raise

    def provision_language(self, lcid: int) -> uuid.UUID:
        """Start activating a language and return the id of its system job. Never repeated by itself."""
        answer = self.session.send("POST", self.session.url("ProvisionLanguageAsync"), {"Language": lcid}, limits=SLOW)
        return _guid(answer.json().get("AsyncOperationId"))

    def async_operation(self, id: uuid.UUID) -> AsyncOperation:
        """How the system job stands."""
        select = "statecode,statuscode,errorcode,message,friendlymessage"
        row = self.session.get(f"asyncoperations({id})", {"$select": select})
        return AsyncOperation(
            id=id,
            is_complete=row.get("statecode") == COMPLETED,
            is_success=row.get("statuscode") == SUCCEEDED,
            error_code=_hex(row.get("errorcode")),
            message=row.get("friendlymessage") or row.get("message") or "",
        )

    def import_result(self, import_job_id: uuid.UUID) -> ImportResult:
        """What became of the import. Only ``Passed`` is a success; codes and texts come from the job's own log."""
        answer = self.session.get(f"RetrieveSolutionImportResult(ImportJobId={import_job_id})")
        result = answer.get("SolutionOperationResult") or {}
        if result.get("Status") == "Passed":
            return ImportResult(is_success=True, errors=())
        return ImportResult(is_success=False, errors=self._job_errors(import_job_id) or _told(result))

    def _begin(self, action: str, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        body = {
            "OverwriteUnmanagedCustomizations": False,
            "PublishWorkflows": True,
            "ImportJobId": str(import_job_id),
            "SolutionParameters": {"StageSolutionUploadId": str(upload_id)},
        }
        answer = self.session.send("POST", self.session.url(action), body, limits=SLOW)
        return _guid(answer.json().get("AsyncOperationId"))

    def _job_errors(self, import_job_id: uuid.UUID) -> tuple[Problem, ...]:
        try:
            row = self.session.get(f"importjobs({import_job_id})", {"$select": "data"})
        except OrganizationRefused as refused:
            if refused.status == 404:
                return ()
            raise
        return _failed_parts(row.get("data") or "")


def _failed_parts(data: str) -> tuple[Problem, ...]:
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException):
        return ()
    failed = (part for part in root.iter("result") if part.get("result") == "failure")
    return tuple(dict.fromkeys(Problem(part.get("errorcode", ""), part.get("errortext", "")) for part in failed))


def _told(result: dict[str, Any]) -> tuple[Problem, ...]:
    return tuple(Problem("", str(text)) for text in result.get("ErrorMessages") or [])


def _solution(row: dict[str, Any]) -> InstalledSolution:
    return InstalledSolution(
        id=_guid(row.get("solutionid")),
        unique_name=row.get("uniquename") or "",
        friendly_name=row.get("friendlyname") or "",
        version=row.get("version") or "",
        is_managed=bool(row.get("ismanaged")),
    )


def _staged(answer: dict[str, Any]) -> StagedSolution:
    result = answer.get("StageSolutionResults") or {}
    details = result.get("SolutionDetails") or {}
    return StagedSolution(
        upload_id=_guid(result.get("StageSolutionUploadId")),
        unique_name=details.get("SolutionUniqueName") or "",
        version=details.get("SolutionVersion") or "",
        missing=tuple(_missing(found) for found in result.get("MissingDependencies") or []),
        problems=tuple(_problem(found) for found in result.get("SolutionValidationResults") or []),
    )


def _missing(found: dict[str, Any]) -> MissingDependency:
    required, dependent = found.get("RequiredComponent") or {}, found.get("DependentComponent") or {}
    return MissingDependency(
        schema_name=required.get("SchemaName") or "",
        display_name=required.get("DisplayName") or "",
        needed_by=dependent.get("SchemaName") or dependent.get("DisplayName") or "",
    )


def _problem(found: dict[str, Any]) -> Problem:
    return Problem(code=_hex(found.get("ErrorCode")), message=found.get("Message") or "")


def _hex(code: object) -> str:
    """-2147188684 -> "0x80048034": the organization says it now as a signed number, now in hexadecimal."""
    if isinstance(code, int) and code:
        return f"0x{code & 0xFFFFFFFF:08x}"
    return str(code) if code else ""


def _guid(found: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(found))
    except ValueError as wrong:
        raise OrganizationUnavailable(
            "The organization's answer could not be understood.", code="organizations:bad-answer"
        ) from wrong
