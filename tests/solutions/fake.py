"""An organization in memory: installs solutions slowly, keeps rows, and can be told to misbehave."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from defusedxml import ElementTree

from organizations.client import (
    AsyncOperation,
    ImportResult,
    InstalledSolution,
    MissingDependency,
    Problem,
    StagedSolution,
    SystemUser,
    WhoAmI,
)
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable
from solutions.content.keys import SETS

PRIMARY = {entity_set: f"{table}id" for table, entity_set in SETS.items()} | {
    "contacts": "contactid",
    "languagelocale": "languagelocaleid",
}


@dataclass
class FakeJob:
    operation_id: uuid.UUID
    unique_name: str
    version: str
    polls_left: int
    problem: Problem | None


@dataclass
class FakeOrganization:
    """``polls``: how often an import answers "not yet"; ``on_import`` may raise before or after the import is taken."""

    polls: int = 2
    installed: dict[str, str] = field(default_factory=dict)
    jobs: dict[uuid.UUID, FakeJob] = field(default_factory=dict)
    staged: dict[uuid.UUID, tuple[str, str]] = field(default_factory=dict)
    tables: dict[str, dict[uuid.UUID, dict[str, Any]]] = field(default_factory=dict)
    links: set[tuple[str, uuid.UUID, str, uuid.UUID]] = field(default_factory=set)
    stage_missing: tuple[MissingDependency, ...] = ()
    import_problem: Problem | None = None
    refuse_import: OrganizationProblem | None = None
    fail_stage: OrganizationProblem | None = None
    refuse_delete: OrganizationProblem | None = None
    upgraded: list[str] = field(default_factory=list)
    has_system_jobs: bool = True
    lose_answer: bool = False
    lose_request: bool = False
    before_import: Callable[[], None] = lambda: None
    asked: list[uuid.UUID] = field(default_factory=list)
    writes: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    # --- solutions

    def solutions(self) -> list[InstalledSolution]:
        return [
            InstalledSolution(uuid.uuid5(uuid.NAMESPACE_OID, name), name, name, version, True)
            for name, version in self.installed.items()
        ]

    def stage_solution(self, zip_bytes: bytes) -> StagedSolution:
        if self.fail_stage:
            raise self.fail_stage
        name, version = _manifest(zip_bytes)
        upload = uuid.uuid4()
        self.staged[upload] = (name, version)
        return StagedSolution(upload, name, version, self.stage_missing, ())

    def import_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        self.before_import()
        self.asked.append(import_job_id)
        if self.refuse_import:
            raise self.refuse_import
        if self.lose_request:
            raise OrganizationUnavailable("The organization did not answer in time.")
        assert import_job_id not in self.jobs, "the same import was taken twice"
        name, version = self.staged[upload_id]
        self.jobs[import_job_id] = FakeJob(uuid.uuid4(), name, version, self.polls, self.import_problem)
        if self.lose_answer:
            raise OrganizationUnavailable("The organization did not answer in time.")
        return self.jobs[import_job_id].operation_id

    def upgrade_solution(self, *, upload_id: uuid.UUID, import_job_id: uuid.UUID) -> uuid.UUID:
        self.upgraded.append(self.staged[upload_id][0])
        return self.import_solution(upload_id=upload_id, import_job_id=import_job_id)

    def delete_solution(self, id: uuid.UUID) -> None:
        if self.refuse_delete:
            raise self.refuse_delete
        for solution in self.solutions():
            if solution.id == id:
                del self.installed[solution.unique_name]

    def async_operation(self, id: uuid.UUID) -> AsyncOperation:
        if not self.has_system_jobs:
            raise OrganizationRefused("Does Not Exist", service_code="0x80040217", status=404)
        job = next(job for job in self.jobs.values() if job.operation_id == id)
        over = self._poll(job)
        return AsyncOperation(id, over, over and job.problem is None, "", "")

    def import_result(self, import_job_id: uuid.UUID) -> ImportResult:
        problem = self.jobs[import_job_id].problem
        return ImportResult(problem is None, (problem,) if problem else ())

    def _poll(self, job: FakeJob) -> bool:
        job.polls_left -= 1
        if job.polls_left >= 0:
            return False
        if job.problem is None:
            self.installed[job.unique_name] = job.version
        return True

    # --- rows

    def rows(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Of the filters only ``column eq value`` terms joined by ``or`` are understood."""
        for id, values in list(self.tables.get(entity_set, {}).items()):
            whole = {PRIMARY[entity_set]: str(id), **values}
            if _fits(whole, filter):
                yield whole

    def row(
        self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = ""
    ) -> dict[str, Any] | None:
        if entity_set == "importjobs":
            job = self.jobs.get(id)
            return {"completedon": "2026-01-01T00:00:00Z" if self._poll(job) else None} if job else None
        values = self.tables.get(entity_set, {}).get(id)
        if values is None:
            return None
        linked = [str(other) for set_, one, name, other in sorted(self.links) if (set_, one) == (entity_set, id)]
        return {**values, "adx_webrole_contact": [{"contactid": other} for other in linked]}

    def upsert(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any]) -> None:
        row = self.tables.setdefault(entity_set, {}).setdefault(id, {"statecode": 0})
        self.writes += 1
        for name, value in values.items():
            lookup, is_lookup, _ = name.partition("@odata.bind")
            lookup = "regardingobjectid" if lookup.startswith("regardingobjectid_") else lookup
            row[f"_{lookup.lower()}_value" if is_lookup else name] = value.split("(")[1][:-1] if is_lookup else value

    def upsert_many(
        self, entity_set: str, logical_name: str, rows: Iterable[tuple[uuid.UUID, Mapping[str, Any]]]
    ) -> None:
        for id, values in rows:
            self.upsert(entity_set, id, values)

    def associate(self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID) -> None:
        self.links.add((entity_set, id, navigation, target_id))

    def delete(self, entity_set: str, id: uuid.UUID) -> None:
        self.tables.get(entity_set, {}).pop(id, None)

    # --- not needed in this room

    def who_am_i(self) -> WhoAmI:
        raise NotImplementedError

    def base_language(self) -> int:
        return 1033

    def provisioned_languages(self) -> list[int]:
        return [1033]

    def version(self) -> str:
        return "9.2.0.0"

    def users_with_roles(self) -> list[SystemUser]:
        return []


def _manifest(zip_bytes: bytes) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
        manifest = ElementTree.fromstring(archive.read("solution.xml").decode("utf-8-sig")).find("SolutionManifest")
    assert manifest is not None
    return manifest.findtext("UniqueName", ""), manifest.findtext("Version", "")


def _fits(row: Mapping[str, Any], filter: str) -> bool:
    terms = [term.split(" eq ") for term in filter.replace(" and statecode eq 0", "").split(" or ") if term]
    return not terms or any(str(row.get(column)) == value.strip("'") for column, value in terms)
