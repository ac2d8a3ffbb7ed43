"""System jobs: an import runs in a thread of the web process right after the answer; a poll resumes what died.

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
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Rows, rows_in
from organizations.embedded.registry import TABLES
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import row_create

logger = logging.getLogger(__name__)

LOCKS = 0x0E0B  # our class of advisory locks for jobs; never change it
READY, LOCKED, COMPLETED = 0, 2, 3  # statecode
WAITING, IN_PROGRESS, SUCCEEDED, FAILED = 0, 20, 30, 31  # statuscode
IMPORT = "ImportSolution"

Runner = Callable[[EmbeddedOrganization, uuid.UUID, Mapping[str, Any]], None]
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="job")
_here: set[uuid.UUID] = set()  # jobs that a thread of this process works on
_here_lock = threading.Lock()


def unfinished(tenant: EmbeddedOrganization) -> Rows:
    """The organization's jobs that have not ended."""
    return rows_in(tenant, "asyncoperation").exclude(statecode=COMPLETED)


def job_create(tenant: EmbeddedOrganization, data: Mapping[str, str]) -> uuid.UUID:
    """Write an import job down; it is started with :func:`job_start`.

    Raises:
        DataverseError: 429, another one has not ended.
    """
    with connection.cursor() as cursor:  # two requests at once stand in line here
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS + 1, _number(tenant.pk)])
    if unfinished(tenant).exists():
        raise DataverseError(
            429,
            "0x80071151",
            "Cannot start the requested operation [Import] because there is another [Import] running at this moment. "
            "Use Solution History for more details.",
            headers={"Retry-After": "1"},
        )
    id = uuid.uuid4()
    values = {"name": "Import Solution", "operationtype": 203, "messagename": IMPORT, "retrycount": 0}
    values |= {"data": json.dumps(dict(data)), "statecode": READY, "statuscode": WAITING}
    row_create(tenant, TABLES["asyncoperation"], id, Changes(values))
    return id


def job_start(tenant: EmbeddedOrganization, id: uuid.UUID, runner: Runner) -> None:
    """Run the job: here and now where the settings say ``inline``, else in a thread once the row is committed."""
    if settings.ORGANIZATION_JOBS == "inline":
        _run(tenant, id, runner)
        return
    transaction.on_commit(lambda: _spawn(tenant, id, runner))


def jobs_resume(tenant: EmbeddedOrganization, runner: Runner) -> None:
    """Go on with jobs whose process died."""
    for id in unfinished(tenant).values_list("asyncoperationid", flat=True):
        with _here_lock:
            is_ours = id in _here
        if not is_ours and _is_free(id):
            job_start(tenant, id, runner)


def _spawn(tenant: EmbeddedOrganization, id: uuid.UUID, runner: Runner) -> None:
    with _here_lock:
        if id in _here:
            return
        _here.add(id)
    _threads.submit(_run_in_thread, tenant, id, runner)


def _run_in_thread(tenant: EmbeddedOrganization, id: uuid.UUID, runner: Runner) -> None:
    """In one of a few threads that live on, each with its own database connection."""
    try:
        close_old_connections()
        _run(tenant, id, runner)
    except Exception:
        logger.exception("The job %s ended unexpectedly; the next poll takes it up again.", id)
        connection.close()  # and with it the lock, where it was held
    finally:
        with _here_lock:
            _here.discard(id)


def _run(tenant: EmbeddedOrganization, id: uuid.UUID, runner: Runner) -> None:
    with _held(id) as is_held:
        if not is_held:
            return
        job = unfinished(tenant).filter(asyncoperationid=id).values().first()
        if job is not None:
            runner(tenant, id, json.loads(job["data"]))


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
