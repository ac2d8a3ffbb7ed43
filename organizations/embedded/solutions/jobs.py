"""System jobs: each runs in a thread of the web process right after the answer; a poll resumes what died.

The rows are the truth. A session-level advisory lock says whether a living process works on a job; it is gone the
moment that process is.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Rows, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create, row_update

logger = logging.getLogger(__name__)

LOCKS = 0x0E0B  # our class of advisory locks for jobs; never change it
READY, LOCKED, COMPLETED = 0, 2, 3  # statecode
WAITING, IN_PROGRESS, SUCCEEDED, FAILED = 0, 20, 30, 31  # statuscode

Runner = Callable[[EmbeddedOrganization, uuid.UUID, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Work:
    """A kind of system job: ``operation`` is its name in the refusal of another one, ``type`` the operationtype."""

    message: str
    name: str
    operation: str
    type: int
    runner: Runner


_works: dict[str, Work] = {}
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="job")
_here: set[uuid.UUID] = set()  # jobs that a thread of this process works on
_here_lock = threading.Lock()


def work_register(work: Work) -> Work:
    """Make a kind of job known, so that a poll can take it up again."""
    _works[work.message] = work
    return work


def unfinished(tenant: EmbeddedOrganization) -> Rows:
    """The organization's jobs with solutions and languages that have not ended."""
    return rows_in(tenant, "asyncoperation").exclude(statecode=COMPLETED).filter(messagename__in=_works)


@transaction.atomic
def job_create(tenant: EmbeddedOrganization, work: Work, data: Mapping[str, Any]) -> uuid.UUID:
    """Write a job down; it is started with :func:`job_start`.

    Raises:
        DataverseError: 429, another one has not ended.
    """
    if not _lock("pg_try_advisory_xact_lock", tenant):  # until the job is committed, or a synchronous one at work
        raise _another_runs(work.operation, work.operation)
    _require_idle(tenant, work.operation)
    id = uuid.uuid4()
    values = {"name": work.name, "operationtype": work.type, "messagename": work.message, "retrycount": 0}
    values |= {"data": json.dumps(dict(data)), "statecode": READY, "statuscode": WAITING}
    row_create(tenant, TABLES["asyncoperation"], id, Changes(values))
    return id


@contextmanager
def turn_held(tenant: EmbeddedOrganization, operation: str) -> Iterator[None]:
    """Keep every other import, removal or publication out while a synchronous one is at work.

    Raises:
        DataverseError: 429, another one has not ended.
    """
    if not _lock("pg_try_advisory_lock", tenant):
        raise _another_runs(operation, operation)
    try:
        _require_idle(tenant, operation)
        yield
    finally:
        _lock("pg_advisory_unlock", tenant)


def job_start(tenant: EmbeddedOrganization, id: uuid.UUID) -> None:
    """Run the job: here and now where the settings say ``inline``, else in a thread once the row is committed."""
    if settings.ORGANIZATION_JOBS == "inline":
        _run(tenant, id)
        return
    transaction.on_commit(lambda: _spawn(tenant, id))


def job_move(tenant: EmbeddedOrganization, id: uuid.UUID, **values: Any) -> None:
    """Change the job's row."""
    stored = rows_in(tenant, "asyncoperation").filter(asyncoperationid=id).values().get()
    row_update(tenant, TABLES["asyncoperation"], stored, Changes(values))


def job_begin(tenant: EmbeddedOrganization, id: uuid.UUID, at: datetime) -> None:
    """The job is at work."""
    job_move(tenant, id, statecode=LOCKED, statuscode=IN_PROGRESS, startedon=at)


def job_end(tenant: EmbeddedOrganization, id: uuid.UUID, at: datetime, error: DataverseError | None) -> None:
    """The job has ended, well or with ``error``."""
    told = error.message if error else None
    job_move(
        tenant,
        id,
        statecode=COMPLETED,
        statuscode=FAILED if error else SUCCEEDED,
        completedon=at,
        errorcode=error.signed if error else None,
        message=told,
        friendlymessage=told,
    )


def jobs_resume(tenant: EmbeddedOrganization) -> None:
    """Go on with jobs whose process died."""
    for id in unfinished(tenant).values_list("asyncoperationid", flat=True):
        with _here_lock:
            is_ours = id in _here
        if not is_ours and _is_free(id):
            job_start(tenant, id)


def _require_idle(tenant: EmbeddedOrganization, operation: str) -> None:
    running = unfinished(tenant).values_list("messagename", flat=True).first()
    if running:
        raise _another_runs(operation, _works[running].operation)


def _another_runs(operation: str, running: str) -> DataverseError:
    return DataverseError(
        429,
        "0x80071151",
        f"Cannot start the requested operation [{operation}] because there is another [{running}] running at this "
        "moment. Use Solution History for more details.",
        headers={"Retry-After": "1"},
    )


def _lock(function: str, tenant: EmbeddedOrganization) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCKS + 1, _number(tenant.pk)])
        return bool(cursor.fetchone()[0])


def _spawn(tenant: EmbeddedOrganization, id: uuid.UUID) -> None:
    with _here_lock:
        if id in _here:
            return
        _here.add(id)
    _threads.submit(_run_in_thread, tenant, id)


def _run_in_thread(tenant: EmbeddedOrganization, id: uuid.UUID) -> None:
    """In one of a few threads that live on, each with its own database connection."""
    try:
        close_old_connections()
        _run(tenant, id)
    except Exception:
        logger.exception("The job %s ended unexpectedly; the next poll takes it up again.", id)
        connection.close()  # and with it the lock, where it was held
    finally:
        with _here_lock:
            _here.discard(id)


def _run(tenant: EmbeddedOrganization, id: uuid.UUID) -> None:
    with _held(id) as is_held:
        if not is_held:
            return
        job = unfinished(tenant).filter(asyncoperationid=id).values().first()
        if job is not None:
            _works[job["messagename"]].runner(tenant, id, json.loads(job["data"]))


@contextmanager
def _held(id: uuid.UUID) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, _number(id)])
        is_held: bool = cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        if is_held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, _number(id)])


def _is_free(id: uuid.UUID) -> bool:
    with _held(id) as is_held:
        return is_held


def _number(id: uuid.UUID) -> int:
    return crc32(id.bytes) - 2**31
