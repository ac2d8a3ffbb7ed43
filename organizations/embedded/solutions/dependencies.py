"""RetrieveMissingDependencies and RetrieveDependenciesForUninstall: rows of the platform's table ``dependency``."""

from __future__ import annotations

import uuid
from typing import Any

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Requirement, rows_in
from organizations.embedded.solutions.checks import installed
from organizations.embedded.solutions.components import components_of
from organizations.embedded.solutions.install import object_id

PUBLISHED = 2  # dependencytype


def missing_dependencies(tenant: EmbeddedOrganization, unique_name: str) -> list[dict[str, Any]]:
    """The components that a solution needs and does not hold itself."""
    solution = _solution(tenant, unique_name)
    own = components_of(tenant, solution["solutionid"])
    needed = Requirement.objects.filter(tenant=tenant, solution_id=solution["solutionid"]).order_by("pk")
    return [_row(tenant, need) for need in needed if (need.required_type, need.required_name.lower()) not in own]


def uninstall_dependencies(tenant: EmbeddedOrganization, unique_name: str) -> list[dict[str, Any]]:
    """The dependencies that keep a solution from being uninstalled."""
    solution = _solution(tenant, unique_name)
    needing = Requirement.objects.filter(tenant=tenant, needs=solution["uniquename"].lower()).order_by("pk")
    return [_row(tenant, need) for need in needing.exclude(solution_id=solution["solutionid"])]


def _solution(tenant: EmbeddedOrganization, unique_name: str) -> dict[str, Any]:
    found = installed(tenant, unique_name)
    if found is None:
        raise DataverseError(404, "0x80040217", f"The solution '{unique_name[:80]}' Does Not Exist")
    return found


def _row(tenant: EmbeddedOrganization, need: Requirement) -> dict[str, Any]:
    brings = rows_in(tenant, "solution").filter(uniquename__iexact=need.needs).values_list("solutionid", flat=True)
    return {
        "@odata.type": "#Microsoft.Dynamics.CRM.dependency",
        "dependencyid": str(uuid.uuid5(tenant.pk, f"dependency:{need.pk}")),
        "dependencytype": PUBLISHED,
        "requiredcomponenttype": need.required_type,
        "requiredcomponentobjectid": str(object_id(need.required_type, need.required_name)),
        "requiredcomponentbasesolutionid": str(brings.first() or uuid.UUID(int=0)),
        "requiredcomponentparentid": str(uuid.UUID(int=0)),
        "dependentcomponenttype": need.dependent_type,
        "dependentcomponentobjectid": str(object_id(need.dependent_type, need.dependent_name)),
        "dependentcomponentbasesolutionid": str(need.solution_id),
        "dependentcomponentparentid": str(uuid.UUID(int=0)),
    }
