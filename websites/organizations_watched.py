"""What the organizations hold now: one look at an organization serves all its portals of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from core.errors import Unavailable
from websites.ports import RowSource
from websites.site.reading import Listing, listing_read, listing_renewed

ANY = ""  # any table
HOLD_OFF = 5.0  # seconds nobody asks again after a refusal that named no time


@dataclass
class _Watched:
    lock: threading.Lock = field(default_factory=threading.Lock)
    listing: Listing | None = None
    told: set[str] = field(default_factory=set)  # tables that changed since the listing was read
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
        """A listing not older than ``younger_than`` seconds and than what was told; who comes while it is read waits.

        Raises:
            core.errors.Unavailable: the organization does not answer, or asked us to wait and the time is not over.
        """
        watched = self._of(organization_id)
        with watched.lock:
            if watched.listing is None or time.monotonic() - watched.read_at > younger_than:
                self._read(organization_id, watched)
            elif watched.told:
                self._renew(organization_id, watched, watched.listing)
            assert watched.listing is not None  # noqa: S101 - for the type checker
            return watched.listing

    def tell(self, organization_id: UUID, tables: frozenset[str]) -> None:
        """These tables of the organization changed, or any where none is named: what was read is not good any more."""
        watched = self._of(organization_id)
        with self._lock:
            watched.told |= tables or {ANY}

    def _of(self, organization_id: UUID) -> _Watched:
        with self._lock:
            return self._watched.setdefault(organization_id, _Watched())

    def _read(self, organization_id: UUID, watched: _Watched) -> None:
        """All tables. What is told meanwhile may have been passed by, and stays told."""
        started = time.monotonic()
        self._told(watched)
        watched.listing = self._asked(organization_id, watched, listing_read)
        watched.read_at = started

    def _renew(self, organization_id: UUID, watched: _Watched, listing: Listing) -> None:
        """The tables that were told of; where that fails, all are read the next time."""
        told = self._told(watched)
        if ANY in told:
            return self._read(organization_id, watched)
        read_at, watched.read_at = watched.read_at, float("-inf")
        watched.listing = self._asked(organization_id, watched, lambda rows: listing_renewed(listing, rows, told))
        watched.read_at = read_at
        return None

    def _told(self, watched: _Watched) -> set[str]:
        with self._lock:
            told, watched.told = watched.told, set()
        return told

    def _asked(self, organization_id: UUID, watched: _Watched, ask: Callable[[RowSource], Listing]) -> Listing:
        if watched.problem and time.monotonic() < watched.not_before:
            raise watched.problem
        try:
            found = ask(self._client_for(organization_id))
        except Unavailable as problem:
            watched.problem = problem
            watched.not_before = time.monotonic() + (problem.retry_after or HOLD_OFF)
            raise
        watched.problem = None
        return found
