"""DeleteAndPromote: the solution that waits beside the old one takes its place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Requirement, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_delete, row_update
from organizations.embedded.solutions import jobs
from organizations.embedded.solutions.checks import installed
from organizations.embedded.solutions.components import components_of, components_remove
from organizations.embedded.solutions.history import Deed, History, How, failure_of, now
from organizations.embedded.solutions.install import HOLDING
from organizations.embedded.solutions.labels import layer_move

Solution = dict[str, Any]


def promote(tenant: EmbeddedOrganization, unique_name: str) -> uuid.UUID:
    """The synchronous form; the solutionid of what took the place.

    Raises:
        DataverseError: 400, there is nothing to promote; 429, something else runs.
    """
    with jobs.turn_held(tenant, "DeleteAndPromote"):
        old, new = _pair(tenant, unique_name)
        return _history(tenant, old, new).recorded(lambda: _promote(tenant, old, new))


def promote_start(tenant: EmbeddedOrganization, unique_name: str) -> uuid.UUID:
    """The asynchronous form; the id of its system job."""
    jobs.jobs_resume(tenant)
    _pair(tenant, unique_name)
    job = jobs.job_create(tenant, PROMOTE, {"name": unique_name})
    jobs.job_start(tenant, job)
    return job


def promote_run(tenant: EmbeddedOrganization, job: uuid.UUID, data: Mapping[str, Any]) -> None:
    """The system job's work."""
    jobs.job_begin(tenant, job, now())
    error: DataverseError | None = None
    try:
        old, new = _pair(tenant, data["name"])
        _history(tenant, old, new).recorded(lambda: _promote(tenant, old, new))
    except DataverseError as refused:
        error = failure_of(refused, data["name"])
    jobs.job_end(tenant, job, now(), error)


PROMOTE = jobs.work_register(jobs.Work("DeleteAndPromote", "Delete And Promote", "DeleteAndPromote", 207, promote_run))


def _pair(tenant: EmbeddedOrganization, unique_name: str) -> tuple[Solution, Solution]:
    """The solution and the one that waits for its place."""
    old, new = installed(tenant, unique_name), installed(tenant, unique_name + HOLDING)
    if old is None or new is None:
        missing = unique_name if old is None else unique_name + HOLDING
        raise DataverseError(400, "0x80048033", f"The solution '{missing[:80]}' is not installed: nothing to promote.")
    return old, new


def _promote(tenant: EmbeddedOrganization, old: Solution, new: Solution) -> uuid.UUID:
    """The old row stays, so that its id goes on; what it held is exchanged."""
    old_id, new_id = old["solutionid"], new["solutionid"]
    gone = components_of(tenant, old_id) - components_of(tenant, new_id)
    components_remove(tenant, old_id, gone)
    components = rows_in(tenant, "solutioncomponent")
    components.filter(solutionid=old_id).delete()
    components.filter(solutionid=new_id).update(solutionid=old_id)
    layer_move(tenant, new_id, old_id)
    Requirement.objects.filter(tenant=tenant, solution_id=old_id).delete()
    Requirement.objects.filter(tenant=tenant, solution_id=new_id).update(solution_id=old_id)
    row_delete(tenant, TABLES["solution"], new_id)
    taken = ("friendlyname", "description", "version", "ismanaged", "publisherid")
    row_update(tenant, TABLES["solution"], old, Changes({name: new[name] for name in taken} | {"updatedon": now()}))
    return uuid.UUID(str(old_id))


def _history(tenant: EmbeddedOrganization, old: Solution, new: Solution) -> History:
    return History(
        tenant,
        Deed.IMPORT,
        How.UPGRADE,
        name=old["uniquename"],
        version=new["version"] or "",
        is_managed=bool(new["ismanaged"]),
        solution_id=old["solutionid"],
    )
