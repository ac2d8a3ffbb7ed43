"""What the Applications tab shows to somebody with these filters. Each trap of the planner is named."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from core.models import User
from organizations.policy import Action, reach_of
from portals.applications.columns import license_key, portal_key
from portals.applications.cursors import Cursor
from portals.applications.statement import Branch, Row, Text, rows_read, rows_read_and_counted
from portals.applications.values import Filters, Sort, Status
from portals.catalog import PortalType
from portals.models import Portal, PortalLicense
from portals.querysets import search_finds, search_query

# Walking the names in their order until a page is full is quick where many portals match; where few do, or all at the
# far end, it reads the whole table (measured: 537 ms). So only a piece of the index is looked through: long enough if
# one in ten matches, and so short that PostgreSQL fetches its rows one by one. A page that is not full by then is made
# by sorting all that match (7 ms for 14,000).
PIECE = 250


@dataclass(frozen=True)
class Scope:
    """What somebody may see: portals of these organizations (None: of all), and licences or not."""

    organization_ids: frozenset[uuid.UUID] | None
    sees_licenses: bool


def scope_of(user: User) -> Scope:
    """What the policy table lets ``user`` see, in one query."""
    reach = reach_of(user)
    return Scope(reach.organizations(Action.PORTAL_VIEW), reach.may(Action.LICENSE_VIEW))


@dataclass(frozen=True)
class Listing:
    """The list that somebody sees with these filters."""

    scope: Scope
    filters: Filters

    def page(self, cursor: Cursor, size: int, *, counted_to: int) -> tuple[list[Row], int]:
        """``size`` rows from the cursor on, in its direction, and how many there are, counted no further than
        ``counted_to`` + 1: in one query, or two where a search does not find a page of rows nearby."""
        is_down = self._is_down(cursor)
        branches = every = self._branches()
        if not every:
            return [], 0
        if self._lacks_index:
            branches = [replace(branch, piece=PIECE if branch.is_portal else None) for branch in every]
        rows, count = rows_read_and_counted(branches, every, cursor, size, is_down=is_down, limit=counted_to + 1)
        if self._lacks_index and not _is_full(rows, size):
            rows = rows_read(self._branches(is_sorted=True), cursor, size, is_down=is_down)
        return rows, count

    def attention(self, size: int) -> list[Row]:
        """The first portals whose provisioning failed."""
        failed = Text("state = %s", (Portal.State.PROVISIONING_FAILED.value,))
        branch = Branch(True, Text(portal_key("name")), (*self._seen, failed))
        return rows_read([branch], Cursor(), size, is_down=False)

    def _is_down(self, cursor: Cursor) -> bool:
        return self.filters.sort.startswith("-") != cursor.is_backward

    @property
    def _seen(self) -> tuple[Text, ...]:
        ids = self.scope.organization_ids
        if ids is None:
            return ()
        if len(ids) == 1:  # "=" keeps the order of an index; "= ANY" does not
            return (Text("organization_id = %s", tuple(ids)),)
        return (Text("organization_id = ANY(%s::uuid[])", (list(ids),)),)

    @property
    def _lacks_index(self) -> bool:
        """Whether a filter is used for which no index is in the list's order."""
        ids = self.scope.organization_ids
        has_many = ids is not None and len(ids) > 1 and not self.filters.organization
        is_by_age = self.filters.sort in {Sort.CREATED, Sort.CREATED_DOWN}
        has_column = self.filters.status or self.filters.portal_type or self.filters.organization or ids is not None
        return bool(search_query(self.filters.search) or has_many or (is_by_age and (has_column or self.filters.type)))

    @property
    def _has_known_type(self) -> bool:
        return self.filters.type in {"", *PortalLicense.Type.values}

    def _branches(self, *, is_sorted: bool = False) -> list[Branch]:
        sort = self.filters.sort.removeprefix("-")
        portals, licenses = self._portals(), self._licenses()
        branches = []
        if portals is not None:
            branches.append(Branch(True, Text(portal_key(sort, is_sorted=is_sorted)), portals))
        if licenses is not None:
            named = () if sort == "created" else (PortalLicense.TITLE,)
            branches.append(Branch(False, Text(license_key(sort), named), licenses))
        return branches

    def _portals(self) -> tuple[Text, ...] | None:
        """What portals must fulfil; None: there can be none."""
        filters = self.filters
        known = filters.status in {"", *Portal.State.values} and filters.portal_type in {"", *PortalType.values}
        if not known or not self._has_known_type or self.scope.organization_ids == frozenset():
            return None
        wanted = {
            "state = %s": filters.status,
            "license_type = %s": filters.type,
            "portal_type = %s": filters.portal_type,
            "organization_id = %s": filters.organization,
            "words @@ to_tsquery('simple', %s)": search_query(filters.search),
        }
        return (*self._seen, *(Text(sql, (value,)) for sql, value in wanted.items() if value))

    def _licenses(self) -> tuple[Text, ...] | None:
        """What licences without a portal must fulfil; None where something is asked for that only portals have."""
        filters = self.filters
        of_portals = filters.portal_type or filters.organization
        known = filters.status in {"", Status.NOT_CONFIGURED, Status.EXPIRED} and self._has_known_type
        if not self.scope.sees_licenses or of_portals or not known:
            return None
        if not search_finds(filters.search, PortalLicense.TITLE):
            return None
        free = [Text("NOT is_assigned")]
        if filters.type:
            free.append(Text("type = %s", (filters.type,)))
        if filters.status:
            expired = "COALESCE(expires_at <= now(), false)"
            free.append(Text(expired if filters.status == Status.EXPIRED else f"NOT {expired}"))
        return tuple(free)


def _is_full(rows: list[Row], size: int) -> bool:
    """Whether portals alone make the page: a licence among them may stand after a portal beyond the piece."""
    return len(rows) == size and all(row.is_portal for row in rows)
