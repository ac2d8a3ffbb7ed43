"""StageSolution: takes a package in, looks at it, and says what an import of it would meet."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.models import EmbeddedOrganization, StagedUpload
from organizations.embedded.solutions.checks import Findings, installed, package_check
from organizations.embedded.solutions.package import Component, Dependency, Package, package_read

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 50  # uploads of one organization; the oldest go first


def upload_keep(tenant: EmbeddedOrganization, encoded: object) -> tuple[StagedUpload, Package]:
    """Keep a base64 package that can be read, for a day at most.

    Raises:
        DataverseError: 400.
    """
    if not isinstance(encoded, str):
        raise bad_request("CustomizationFile is missing.", "0x80048d19")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise bad_request("CustomizationFile is not base64.", "0x80048d19") from wrong
    package = package_read(content)
    uploads = StagedUpload.objects.filter(tenant=tenant)
    uploads.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    surplus = uploads.order_by("-created_at").values_list("pk", flat=True)[MOST_KEPT - 1 :]
    uploads.filter(pk__in=list(surplus)).delete()
    return StagedUpload.objects.create(tenant=tenant, package=content), package


def solution_stage(tenant: EmbeddedOrganization, encoded: object) -> dict[str, Any]:
    """The answer of StageSolution."""
    upload, package = upload_keep(tenant, encoded)
    findings = package_check(tenant, package)
    return {
        "StageSolutionResults": {
            "StageSolutionUploadId": str(upload.pk),
            "StageSolutionStatus": "Failed" if findings.problems else "Passed",
            "SolutionComponentsDetails": [_component(found) for found in package.components],
            "SolutionDetails": _details(tenant, package),
            "MissingDependencies": [_missing(found) for found in findings.missing],
            "SolutionValidationResults": _results(findings),
        }
    }


def upload_named(tenant: EmbeddedOrganization, id: object) -> StagedUpload:
    """The staged upload of this organization.

    Raises:
        DataverseError: 400.
    """
    try:
        found = StagedUpload.objects.filter(tenant=tenant, pk=uuid.UUID(str(id))).first()
    except ValueError:
        found = None
    if found is None:
        raise DataverseError(400, "0x80048033", f"The staged solution '{str(id)[:40]}' does not exist.")
    return found


def _details(tenant: EmbeddedOrganization, package: Package) -> dict[str, Any]:
    before = installed(tenant, package.unique_name)
    lcid = tenant.base_language
    publisher_name = package.publisher_names.get(lcid, package.publisher)
    return {
        "SolutionUniqueName": package.unique_name,
        "SolutionFriendlyName": package.friendly_name(lcid),
        "SolutionDescription": package.description,
        "SolutionVersion": package.version,
        "PublisherUniqueName": package.publisher,
        "PublisherFriendlyName": publisher_name,
        "IsManaged": package.is_managed,
        "IsPatchSolution": False,
        "IsPrerequisitesExport": False,
        "HasPendingUpgrade": False,
        "PreviousSolutionUniqueName": before["uniquename"] if before else None,
        "PreviousSolutionFriendlyName": before["friendlyname"] if before else None,
        "PreviousSolutionVersion": before["version"] if before else None,
        "PreviousPublisherUniqueName": package.publisher if before else None,
        "PreviousPublisherFriendlyName": publisher_name if before else None,
        "PreviousIsManaged": bool(before and before["ismanaged"]),
        "PreviousPatchSolutionsNames": [],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "ComponentType": component.type,
        "ComponentName": component.schema_name,
        "DisplayName": component.display_name or None,
    }


def _missing(dependency: Dependency) -> dict[str, Any]:
    return {
        "CanResolveMissingDependency": False,
        "RequiredComponent": _side(dependency.required),
        "DependentComponent": _side(dependency.dependent),
    }


def _side(component: Component) -> dict[str, Any]:
    return {
        "SchemaName": component.schema_name,
        "DisplayName": component.display_name or None,
        "Type": component.type,
        "Id": None,
        "ParentSchemaName": None,
        "ParentDisplayName": None,
    }


def _results(findings: Findings) -> list[dict[str, Any]]:
    return [
        {
            "SolutionValidationResultType": "Error",
            "Message": problem.message,
            "ErrorCode": problem.signed,
            "AdditionalInfo": "",
        }
        for problem in findings.problems
    ]
