"""What the organizations hold now: one look at an organization serves all its portals of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from core.errors import Unavailable
from websites.ports import RowSource
from websites.site.reading import Listing, listing_read

HOLD_OFF = 5.0  # seconds nobody asks again after a refusal that named no time


@dataclass
class _Watched:
    lock: threading.Lock = field(default_factory=threading.Lock)
    listing: Listing | None = None
    read_at: float = float("-inf")
    not_before: float = float("-inf")
    problem: Unavailable | None = None


class OrganizationsWatched:
    """Listings by organization."""

    def __init__(self, client_for: Callable[[UUID], RowSource]) -> None:
        self._client_for = client_for
        self._watched: dict[UUID, _Watched] = {}
        self._lock = threading.Lock()

    def listing(self, organization_id: UUID, *, younger_than: float) -> Listing:
        """A listing not older than ``younger_than`` seconds; whoever comes while it is read waits for it.

        Raises:
            core.errors.Unavailable: the organization does not answer, or asked us to wait and the time is not over.
        """
        with self._lock:
            watched = self._watched.setdefault(organization_id, _Watched())
        with watched.lock:
            if watched.listing is None or time.monotonic() - watched.read_at > younger_than:
                self._read(organization_id, watched)
            assert watched.listing is not None  # noqa: S101 - for the type checker
            return watched.listing

    def _read(self, organization_id: UUID, watched: _Watched) -> None:
        if watched.problem and time.monotonic() < watched.not_before:
            raise watched.problem
        started = time.monotonic()
        try:
            watched.listing = listing_read(self._client_for(organization_id))
        except Unavailable as problem:
            watched.problem = problem
            watched.not_before = time.monotonic() + (problem.retry_after or HOLD_OFF)
            raise
        watched.read_at, watched.problem = started, None
