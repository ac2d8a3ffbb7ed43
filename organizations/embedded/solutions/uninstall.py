"""Taking a solution away: refused while others depend on it, recorded in the history whatever becomes of it."""

from __future__ import annotations

import uuid
from typing import Any

from organizations.embedded.call import ENTITY
from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Requirement, rows_in
from organizations.embedded.registry import TABLES, Kind
from organizations.embedded.rows.write import row_delete
from organizations.embedded.solutions.components import components_of, components_remove
from organizations.embedded.solutions.history import Deed, History, How
from organizations.embedded.solutions.install import HOLDING
from organizations.embedded.solutions.jobs import turn_held
from organizations.embedded.solutions.labels import layer_delete

Solution = dict[str, Any]


def solution_uninstall(tenant: EmbeddedOrganization, solution: Solution) -> None:
    """DELETE solutions(id).

    Raises:
        DataverseError: 0x8004f01f, 0x8004f01d or 0x8004f020: others need it; 429 while something else runs.
    """
    with turn_held(tenant, "Uninstall"):
        history = History(
            tenant,
            Deed.UNINSTALL,
            How.DELETE,
            name=solution["uniquename"],
            version=solution["version"] or "",
            is_managed=bool(solution["ismanaged"]),
            solution_id=solution["solutionid"],
        )
        history.recorded(lambda: solution_remove(tenant, solution))


def solution_remove(tenant: EmbeddedOrganization, solution: Solution) -> None:
    """Take a solution away with its components, its texts and the rows of the tables that no other solution brings.

    Raises:
        DataverseError: others need it.
    """
    _require_unneeded(tenant, solution)
    id = solution["solutionid"]
    components_remove(tenant, id, components_of(tenant, id))
    layer_delete(tenant, id)
    Requirement.objects.filter(tenant=tenant, solution_id=id).delete()
    row_delete(tenant, TABLES["solution"], id)


def _require_unneeded(tenant: EmbeddedOrganization, solution: Solution) -> None:
    holding = rows_in(tenant, "solution").filter(uniquename__iexact=solution["uniquename"] + HOLDING).first()
    if holding is not None:
        raise DataverseError(
            400,
            "0x8004f020",
            f"This solution cannot be uninstalled because the 'Solution' with id '{solution['solutionid']}'  is "
            f"required by the '{holding.uniquename}' solution. Uninstall the {holding.uniquename} solution and try "
            "again.",
        )
    needing = Requirement.objects.filter(tenant=tenant, needs=solution["uniquename"].lower())
    if count := needing.exclude(solution_id=solution["solutionid"]).count():
        raise DataverseError(
            400,
            "0x8004f01f",
            f"The Solution({solution['solutionid']}) component cannot be deleted because it is referenced by {count} "
            "other components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest. "
            f"Needed by: {', '.join(_names(tenant, needing.values_list('solution_id', flat=True)))}.",
        )
    _require_unextended(tenant, solution)


def _require_unextended(tenant: EmbeddedOrganization, solution: Solution) -> None:
    """Another solution may add to a table of this one without saying so among its dependencies."""
    id = solution["solutionid"]
    own = {name for type_, name in components_of(tenant, id) if type_ == ENTITY and _is_brought(name)}
    others = rows_in(tenant, "solutioncomponent").exclude(solutionid=id).filter(componenttype=ENTITY)
    whole = set(others.filter(rootcomponentbehavior=0).values_list("schemaname", flat=True))
    adding = others.filter(schemaname__in=own - whole)
    if adding.exists():
        names = ", ".join(_names(tenant, adding.values_list("solutionid", flat=True)))
        text = f"Solution dependencies exist, cannot uninstall. Needed by: {names}."
        raise DataverseError(400, "0x8004f01d", text)


def _is_brought(table: str) -> bool:
    return table in TABLES and TABLES[table].kind is Kind.PORTAL


def _names(tenant: EmbeddedOrganization, ids: Any) -> list[str]:
    """Friendly names of solutions."""
    wanted: set[uuid.UUID] = set(ids)
    found = rows_in(tenant, "solution").filter(solutionid__in=wanted)
    return sorted(found.values_list("friendlyname", flat=True))
