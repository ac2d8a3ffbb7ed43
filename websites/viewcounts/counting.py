"""Counts in the memory of one process; a thread adds them to the rows every few seconds, and at the end."""

from __future__ import annotations

import atexit
import logging
import re
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from websites.viewcounts.models import ArticleViewCount

logger = logging.getLogger(__name__)
EVERY = 5.0  # seconds
# Programs that say what they are: they read, but nobody is helped by it.
_PROGRAM = re.compile(r"bot\b|crawl|spider|slurp|headless|preview|monitor|uptime", re.IGNORECASE)

View = tuple[UUID, UUID, date]


class ViewCounter:
    """What was read since the last flush. While the database is away, counts wait in memory."""

    def __init__(self) -> None:
        self._waiting: Counter[View] = Counter()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, portal_id: UUID, article_id: str, environ: Mapping[str, object]) -> None:
        """Somebody reads the article; programs and pages fetched ahead of time do not count."""
        if not is_reader(environ):
            return
        try:
            view = (portal_id, UUID(article_id), datetime.now(UTC).date())
        except ValueError:
            return
        with self._lock:
            self._waiting[view] += 1

    def watch(self) -> None:
        """Flush again and again, from now on, and once more when the process ends."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="view-counter", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def flush(self) -> int:
        """Add what was counted to the rows; how many views. What cannot be added now is added later."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        try:
            views_add(taken)
        except DatabaseError as problem:
            logger.warning("Views wait: the database is away (%s)", type(problem).__name__)
            with self._lock:
                self._waiting += taken
            return 0
        return taken.total()

    def _watch(self) -> None:
        while not self._wake.wait(EVERY):
            close_old_connections()
            self.flush()


def is_reader(environ: Mapping[str, object]) -> bool:
    """Whether a raw WSGI request looks like somebody who reads the page now."""
    ahead = f"{environ.get('HTTP_SEC_PURPOSE', '')}{environ.get('HTTP_PURPOSE', '')}"
    is_program = _PROGRAM.search(str(environ.get("HTTP_USER_AGENT", "")))
    return environ.get("REQUEST_METHOD") == "GET" and "prefetch" not in ahead and not is_program


def views_add(views: Mapping[View, int]) -> None:
    """Add to the rows in one statement. A portal that is gone is left out."""
    if not views:
        return
    table = connection.ops.quote_name(ArticleViewCount._meta.db_table)
    known = "SELECT portal, article, day, number FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::int[])"
    statement = (
        f"INSERT INTO {table} AS mine (portal_id, article_id, day, count, told) "  # noqa: S608 - our own table's name
        f"SELECT portal, article, day, number, 0 FROM ({known} AS given (portal, article, day, number)) AS given "
        "WHERE portal IN (SELECT id FROM portals_portal) ORDER BY portal, article, day "
        "ON CONFLICT (portal_id, article_id, day) DO UPDATE SET count = mine.count + excluded.count"
    )
    columns = [list(column) for column in zip(*((*view, number) for view, number in views.items()), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
