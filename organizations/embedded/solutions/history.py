"""The solution history (``msdyn_solutionhistories``): one row for everything that is done to solutions and languages.

Its columns are the platform's; a failure's row is written after what failed has been rolled back.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import existing_ids, row_create, row_update

logger = logging.getLogger(__name__)

STATEMENT_SECONDS = 60  # the longest one statement of an import may take
QUERY_CANCELED = "57014"  # PostgreSQL's code of a statement that met its time limit
TABLE = TABLES["msdyn_solutionhistory"]

T = TypeVar("T")


class Deed(IntEnum):
    """The values of ``msdyn_operation``."""

    IMPORT = 0
    UNINSTALL = 1
    EXPORT = 2
    PUBLISH = 3
    PUBLISH_ALL = 4
    LANGUAGE_PROVISION = 5
    IMPORT_TRANSLATION = 6


class How(IntEnum):
    """The values of ``msdyn_suboperation``."""

    NONE = 0
    NEW = 1
    UPGRADE = 2
    UPDATE = 3
    DELETE = 4


@dataclass(frozen=True)
class History:
    """One row of the history. ``activity`` is the import job's id, where there is one."""

    tenant: EmbeddedOrganization
    deed: Deed
    how: How = How.NONE
    name: str = "Default"  # of the solution; what concerns no single one is the default solution's
    version: str = "1.0"
    publisher: str = ""
    is_managed: bool = False
    solution_id: uuid.UUID | None = None
    activity: uuid.UUID = field(default_factory=uuid.uuid4)
    began: datetime = field(default_factory=lambda: now())

    def begin(self) -> None:
        self._write({"msdyn_status": 0})

    def end(self, error: DataverseError | None) -> None:
        ended = now()
        self._write(
            {
                "msdyn_status": 1,
                "msdyn_result": error is None,
                "msdyn_endtime": ended,
                "msdyn_totaltime": int((ended - self.began).total_seconds()),
                "msdyn_errorcode": str(error.signed) if error else None,
                "msdyn_exceptionmessage": error.message if error else None,
            }
        )

    def recorded(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a transaction of its own with the row around it.

        Raises:
            DataverseError: what the work raised; its row stays, and nothing else of it does.
        """
        self.begin()
        try:
            with transaction.atomic():
                answer = limited(work)
        except Exception as wrong:
            error = failure_of(wrong, self.name)
            self.end(error)
            raise error from wrong
        self.end(None)
        return answer

    def _write(self, values: dict[str, Any]) -> None:
        id = uuid.uuid5(self.activity, "solution history")
        if existing_ids(self.tenant, TABLE, [id]):
            stored = rows_in(self.tenant, TABLE.name).filter(msdyn_solutionhistoryid=id).values().get()
            row_update(self.tenant, TABLE, stored, Changes(values))
        else:
            row_create(self.tenant, TABLE, id, Changes(self._beginning() | values))

    def _beginning(self) -> dict[str, Any]:
        return {
            "msdyn_name": self.name,
            "msdyn_solutionid": self.solution_id,
            "msdyn_solutionversion": self.version,
            "msdyn_publishername": self.publisher,
            "msdyn_operation": int(self.deed),
            "msdyn_suboperation": int(self.how),
            "msdyn_ismanaged": self.is_managed,
            "msdyn_starttime": self.began,
            "msdyn_activityid": self.activity,
            "msdyn_retrycount": 0,
            "msdyn_maxretries": 0,
        }


def limited(work: Callable[[], T]) -> T:
    """Do ``work`` with a limit on the time of each statement; the caller holds the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{STATEMENT_SECONDS}s"])
        answer = work()
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    return answer


def failure_of(wrong: Exception, name: str) -> DataverseError:
    """The answer to whatever stopped the work: an expected refusal as it is, everything else without its details."""
    if isinstance(wrong, DataverseError):
        return wrong
    if isinstance(wrong, OperationalError):
        logger.warning("The database stopped the work at %s: %s", name, wrong)
        if getattr(wrong.__cause__, "pgcode", None) == QUERY_CANCELED:
            return DataverseError(500, "0x80044151", "SQL timeout expired.")
        return DataverseError(500, "0x80044150", "Generic SQL error.")  # such as a disk that is full
    logger.exception("The work at %s failed unexpectedly.", name, exc_info=wrong)
    return DataverseError(500, "0x80048033", "Solution import failed: an unexpected error occurred.")


def now() -> datetime:
    """The time as rows hold it: whole seconds."""
    return timezone.now().replace(microsecond=0)
