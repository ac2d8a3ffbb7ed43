"""One package's texts into one organization: look, import the installed version once more, follow it, look again.

The import's id follows from the run's id and the package's name, so whoever comes after a crash or a lost answer finds
the import under that id, and an organization takes an id once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from operations.workflow import Done, Wait
from organizations.client import WebApiClient
from organizations.errors import OrganizationProblem, OrganizationRefused
from solutions.build import translation_zip
from solutions.catalog import package_named
from solutions.errors import InstallFailed
from solutions.installation import ALREADY_ASKED, ANOTHER_RUNS, POLLS
from solutions.translations.texts import Seen, package_tables, texts_compare


@dataclass
class TextImport:
    """One package of an organization. ``job`` is the id under which its import is asked for."""

    client: WebApiClient
    unique_name: str
    job: uuid.UUID
    log: Callable[[str], None]

    @property
    def title(self) -> str:
        return package_named(self.unique_name).title

    def ensure(self) -> Done | Wait:
        """Make it so that the organization shows all texts of the package in its activated languages.

        Raises:
            InstallFailed: the organization refused or failed the import, or does not show what it took.
        """
        is_asked = self.client.row("importjobs", self.job, select=("importjobid",)) is not None
        version, languages = self._version(), self.client.provisioned_languages()
        if not version:
            return Done(message=f"{self.title} is not installed any more.", skipped=True)
        seen = self._seen()
        if texts_compare(self.unique_name, seen, languages).is_complete:
            return Done(message=f"{self.title} {version} has all its texts.", skipped=not is_asked)
        if not is_asked and (wait := self._ask(version, seen)):
            return wait
        if not self._is_over():
            return Wait(timedelta(seconds=1), f"The organization is importing the texts of {self.title}.")
        return self._conclude(version, languages)

    def _version(self) -> str:
        there = {found.unique_name.casefold(): found.version for found in self.client.solutions()}
        return there.get(self.unique_name.casefold(), "")

    def _seen(self) -> Seen:
        return self.client.table_texts(package_tables(self.unique_name))

    def _ask(self, version: str, seen: Seen) -> Wait | None:
        """Stage and import. A Wait where it must be asked, or looked for, later."""
        content = translation_zip(self.unique_name, version, frozenset(seen))
        try:
            staged = self.client.stage_solution(content)
            if staged.problems:
                raise self._failed(staged.problems[0].code, staged.problems[0].message)
            self.client.import_solution(upload_id=staged.upload_id, import_job_id=self.job)
        except OrganizationProblem as error:
            return self._not_taken(error)
        self.log(f"The organization imports the texts of {self.title} {version}.")
        return None

    def _not_taken(self, error: OrganizationProblem) -> Wait | None:
        if error.service_code == ANOTHER_RUNS:
            delay = timedelta(seconds=error.retry_after or 1)
            return Wait(delay, f"The organization is importing another solution; {self.title} comes after it.")
        if error.service_code.lower() in ALREADY_ASKED:
            return None
        if isinstance(error, OrganizationRefused):
            raise self._failed(error.service_code, error.service_text or error.message) from error
        return Wait(timedelta(seconds=1), f"No answer whether the import of {self.title} has begun; looking for it.")

    def _is_over(self) -> bool:
        """Look for some two seconds, then let the worker go."""
        for pause in POLLS:
            row = self.client.row("importjobs", self.job, select=("completedon",))
            if row is not None and row.get("completedon") is not None:
                return True
            time.sleep(pause)
        return False

    def _conclude(self, version: str, languages: list[int]) -> Done:
        result = self.client.import_result(self.job)
        if not result.is_success:
            first = next(iter(result.errors), None)
            raise self._failed(first.code if first else "", first.message if first else "The import failed.")
        if not texts_compare(self.unique_name, self._seen(), languages).is_complete:
            raise self._failed("", "The organization took the import and does not show all of its texts.")
        return Done(message=f"{self.title} {version} has all its texts.")

    def _failed(self, code: str, text: str) -> InstallFailed:
        return InstallFailed(self.title, service_code=code, text=text)
