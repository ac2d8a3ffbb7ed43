"""One solution into one organization: look, stage, import, follow the import to its end, look again.

The import's id is ours and is kept before the call. After a lost answer or a crash the job is looked for under that id,
and only when the organization does not know it is the import asked again, under the same id: it can run only once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from operations.workflow import Done, StepFailed, Wait
from organizations.client import AsyncOperation, MissingDependency, Problem
from organizations.errors import OrganizationProblem, OrganizationRefused
from organizations.ports import OrganizationApi
from solutions import bookkeeping
from solutions.build import package_zip
from solutions.catalog import Package
from solutions.errors import InstallFailed, PrerequisiteMissing
from solutions.graph import prerequisites_missing
from solutions.models import SolutionInstall
from solutions.versions import version_reaches

ANOTHER_RUNS = "0x80071151"
ALREADY_ASKED = {"0x80040237", "0x80060892"}  # a job with that id exists
NEEDS_OTHERS = {"0x80048034", "0x8004801d"}

POLLS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.48)  # seconds; 2 in all, then the worker is free for others
UNKNOWN_AFTER = timedelta(seconds=15)  # a job may appear some time after the answer that was lost
LONGEST = timedelta(hours=3)  # "can take a few hours depending on the system load"

Log = Callable[[str], None]


@dataclass
class Installation:
    """One package, one organization, one look at the work."""

    host: OrganizationApi
    package: Package
    install: SolutionInstall
    log: Log
    is_upgrade: bool = False  # over an older version: what the new one no longer has goes
    again: uuid.UUID | None = None  # import it also where it is there, once under this id

    def carry_on(self) -> Done | Wait:
        """Do what is next. Raises PrerequisiteMissing, InstallFailed, or Unavailable where it may pass."""
        there = self._installed()
        if self._is_there(there) and (self.again is None or self._is_there_again()):
            return self._done(there[self._key], skipped=self.again is None and self.install.import_job_id is None)
        if self.install.import_job_id is None and (answer := self._begin(there)):
            return answer
        return self._follow()

    # --- Look

    @property
    def _key(self) -> str:
        return self.package.unique_name.casefold()

    def _installed(self) -> dict[str, str]:
        return {solution.unique_name.casefold(): solution.version for solution in self.host.solutions()}

    def _is_there(self, there: dict[str, str]) -> bool:
        return self._key in there and version_reaches(there[self._key], self.package.version)

    def _is_there_again(self) -> bool:
        """Whether the import under our own id has ended well; one that failed is told by :meth:`_conclude`."""
        job = self.host.row("importjobs", self.again, select=("importjobid", "completedon")) if self.again else None
        if not self.again or job is None or job.get("completedon") is None:
            return False
        return self.host.import_result(self.again).is_success

    def _done(self, version: str, *, skipped: bool = False) -> Done:
        bookkeeping.install_succeeded(self.install, version)
        how = "is installed already" if skipped else "is installed"
        return Done(message=f"{self.package.title} {version} {how}.", skipped=skipped)

    # --- Begin

    def _begin(self, there: dict[str, str]) -> Wait | None:
        """Ask for the import, unless something is missing. A Wait where it could not begin."""
        if missing := self._missing(there):
            raise self._failed(PrerequisiteMissing(self.package.title, missing))
        upload_id = self._stage()
        if not bookkeeping.import_claim(self.install, self.again):
            self.log(f"Another run installs {self.package.title} already.")
            return None
        return self._ask(upload_id)

    def _stage(self) -> uuid.UUID:
        """Hand the package over and learn whether it could be imported."""
        try:
            staged = self.host.stage_solution(package_zip(self.package.unique_name))
        except OrganizationRefused as refused:
            raise self._failed(
                self._failure(refused.service_code, refused.service_text or refused.message)
            ) from refused
        if staged.missing or staged.problems:
            raise self._failed(self._stage_failure(staged.missing, staged.problems))
        self.log(f"Staged {self.package.title} {self.package.version}.")
        return staged.upload_id

    def _ask(self, upload_id: uuid.UUID) -> Wait | None:
        """Ask for the import under the id that is kept. A Wait where it must be asked later, None where it may run."""
        try:
            ask = self.host.upgrade_solution if self.is_upgrade else self.host.import_solution
            accepted = ask(upload_id=upload_id, import_job_id=self._job)
        except OrganizationProblem as error:
            return self._not_accepted(error)
        bookkeeping.import_accepted(self.install, accepted)
        self.log(f"The organization imports {self.package.title}.")
        return None

    @property
    def _job(self) -> uuid.UUID:
        """The id under which this import is asked for."""
        if self.install.import_job_id is None:
            raise RuntimeError(f"No import of {self.package.unique_name} has been begun.")
        return self.install.import_job_id

    def _not_accepted(self, error: OrganizationProblem) -> Wait | None:
        """A Wait where the import was certainly not taken but may be later; None where it must be looked for."""
        if error.service_code == ANOTHER_RUNS:
            bookkeeping.import_given_up(self.install)
            delay = timedelta(seconds=error.retry_after or 1)
            return Wait(delay, f"The organization is importing another solution; {self.package.title} comes after it.")
        if error.service_code.lower() in ALREADY_ASKED:
            return None
        if isinstance(error, OrganizationRefused):
            raise self._failed(self._failure(error.service_code, error.service_text or error.message)) from error
        self.log(f"No answer whether the import of {self.package.title} has begun; looking for it.")
        return None

    # --- Follow

    def _follow(self) -> Done | Wait:
        """Look at the job until it has ended, some two seconds long; then let the worker go."""
        for pause in POLLS:
            if self._is_over():
                return self._conclude()
            time.sleep(pause)
        if self._age() > UNKNOWN_AFTER and not self._is_known():
            self.log(f"The organization does not know the import of {self.package.title}; it is asked again.")
            return self._ask(self._stage()) or self._still_importing()
        if self._age() > LONGEST:
            raise self._failed(InstallFailed(self.package.title, text="The import has not ended for three hours."))
        return self._still_importing()

    def _still_importing(self) -> Wait:
        return Wait(timedelta(seconds=1), f"The organization is importing {self.package.title}.")

    def _is_over(self) -> bool:
        if system_job := self._system_job():
            return system_job.is_complete
        job = self._job_row()
        return job is not None and job.get("completedon") is not None

    def _is_known(self) -> bool:
        return self._system_job() is not None or self._job_row() is not None

    def _system_job(self) -> AsyncOperation | None:
        """The system job, if we were told its id and it is kept: organizations delete them after their end."""
        if self.install.async_operation_id is None:
            return None
        try:
            return self.host.async_operation(self.install.async_operation_id)
        except OrganizationRefused as refused:
            if refused.status == 404:
                return None
            raise

    def _job_row(self) -> dict[str, Any] | None:
        return self.host.row("importjobs", self._job, select=("importjobid", "completedon"))

    def _age(self) -> timedelta:
        return timezone.now() - (self.install.import_asked_at or timezone.now())

    def _conclude(self) -> Done:
        result = self.host.import_result(self._job)
        there = self._installed()
        if result.is_success and self._is_there(there):
            return self._done(there[self._key])
        problem = next(iter(result.errors), Problem("", "The import ended, but the solution is not there."))
        raise self._failed(self._failure(problem.code, problem.message))

    # --- Fail

    def _failed(self, error: StepFailed) -> StepFailed:
        """``error``, after the row shows it."""
        said = error.context.get("service_text") or error.message
        bookkeeping.install_failed(self.install, code=error.context.get("service_code") or error.code, text=said)
        return error

    def _failure(self, code: str, text: str) -> StepFailed:
        if code.lower() in NEEDS_OTHERS and (needed := self._missing(self._installed())):
            return PrerequisiteMissing(self.package.title, needed, service_code=code, text=text)
        return InstallFailed(self.package.title, service_code=code, text=text)

    def _missing(self, there: dict[str, str]) -> list[str]:
        """What the package needs and the organization lacks, by title."""
        missing = prerequisites_missing(installed=there, packages=(self.package,))
        return [one.requirement.title for one in missing]

    def _stage_failure(self, missing: Sequence[MissingDependency], problems: Sequence[Problem]) -> StepFailed:
        if missing:
            names = list(dict.fromkeys(one.display_name or one.schema_name for one in missing))
            return PrerequisiteMissing(self.package.title, names)
        return self._failure(problems[0].code, problems[0].message)
