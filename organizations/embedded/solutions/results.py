"""How an import went, in the three forms in which it is asked for: result, log of the import job, Excel's XML."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring  # written here, never parsed

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.solutions.package import Package
from organizations.embedded.solutions.spreadsheet import Sheet, workbook_write


def import_result(tenant: EmbeddedOrganization, import_job: uuid.UUID) -> dict[str, Any]:
    """The answer of RetrieveSolutionImportResult.

    Raises:
        DataverseError: 404.
    """
    row, ended = _job(tenant, import_job), _ended(tenant, import_job)
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


def formatted_results(tenant: EmbeddedOrganization, import_job: uuid.UUID) -> dict[str, Any]:
    """The answer of RetrieveFormattedImportJobResults: the log as a workbook.

    Raises:
        DataverseError: 404.
    """
    row, ended = _job(tenant, import_job), _ended(tenant, import_job)
    status = "In progress" if not ended else "Success" if ended["msdyn_result"] else "Failure"
    times = [str(row[name] or "") for name in ("startedon", "completedon")]
    code, text = (ended["msdyn_errorcode"] or "", ended["msdyn_exceptionmessage"] or "") if ended else ("", "")
    head = ["Status", "Name", "Version", "Start time", "End time", "Error code", "Error text"]
    version = ended["msdyn_solutionversion"] if ended else ""
    line = [status, row["solutionname"] or "", version or "", *times, code, text]
    return {"FormattedResults": workbook_write([Sheet("Solution", [head, line])]).decode()}


def import_log(package: Package | None, error: DataverseError | None, at: datetime) -> str:
    """The import job's log as everybody reads it: ``//solutionManifest/result/@result``; None: it cannot be read."""
    root = Element(
        "importexportxml",
        start=at.isoformat(),
        stop=at.isoformat(),
        progress="100",
        processed="true",
        succeeded="failure" if error else "success",
    )
    manifest = SubElement(SubElement(root, "solutionManifests"), "solutionManifest")
    if package is not None:
        _describe(manifest, package)
    result, code, text = ("failure", error.code, error.message) if error else ("success", "0", "")
    SubElement(manifest, "result", result=result, errorcode=code, errortext=text, datetimeticks=str(at.timestamp()))
    return tostring(root, encoding="unicode")


def _describe(manifest: Element, package: Package) -> None:
    SubElement(manifest, "UniqueName").text = package.unique_name
    names = SubElement(manifest, "LocalizedNames")
    for lcid, name in package.friendly_names.items():
        SubElement(names, "LocalizedName", description=name, languagecode=str(lcid))
    SubElement(manifest, "Version").text = package.version
    SubElement(manifest, "Managed").text = "1" if package.is_managed else "0"


def _job(tenant: EmbeddedOrganization, import_job: uuid.UUID) -> dict[str, Any]:
    row: dict[str, Any] | None = rows_in(tenant, "importjob").filter(importjobid=import_job).values().first()
    if row is None:
        raise DataverseError(404, "0x80040217", f"Entity 'importjob' With Id = {import_job} Does Not Exist")
    return row


def _ended(tenant: EmbeddedOrganization, import_job: uuid.UUID) -> dict[str, Any] | None:
    history = rows_in(tenant, "msdyn_solutionhistory").filter(msdyn_activityid=import_job, msdyn_status=1)
    found: dict[str, Any] | None = history.values().first()
    return found
