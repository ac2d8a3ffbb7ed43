"""The SQL behind the Applications tab: two tables as one list, cut by keyset. Each trap of the planner is named."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core.models import User
from organizations.models import RoleAssignment
from organizations.models.assignment import TENANT_ROLES
from organizations.policy import POLICY, Action
from portals.applications.columns import LICENSE_COLUMNS, PORTAL_COLUMNS, license_key, portal_key
from portals.applications.cursors import Cursor
from portals.applications.values import Filters, Sort, Status
from portals.catalog import PortalType
from portals.models import Portal, PortalLicense
from portals.querysets import search_finds

Rows = Sequence[dict[str, Any]]
Found = QuerySet[Any, Any]

# Walking the names in their order until a page is full is quick where many portals match; where few do, or all at the
# far end, it reads the whole table (measured: 537 ms). So only a piece of the index is looked through: long enough if
# one in ten matches, and so short that PostgreSQL fetches its rows one by one. A page that is not full by then is made
# by sorting all that match (10 ms for 14,000).
PIECE = 250


@dataclass(frozen=True)
class Scope:
    """What somebody may see: portals of these organizations (None: of all), and licences or not."""

    organization_ids: frozenset[uuid.UUID] | None
    sees_licenses: bool


def scope_of(user: User) -> Scope:
    """The roles of ``user`` against the policy table, in one query."""
    if not user.is_active:
        return Scope(frozenset(), False)
    held = list(RoleAssignment.objects.filter(user_id=user.pk).values_list("role", "organization_id"))
    roles = {role for role, _ in held}
    views = POLICY[Action.PORTAL_VIEW]
    own = frozenset(organization_id for role, organization_id in held if role in views and organization_id)
    sees_all = bool(roles & views & set(TENANT_ROLES))
    return Scope(None if sees_all else own, bool(roles & POLICY[Action.LICENSE_VIEW]))


@dataclass(frozen=True)
class Branch:
    """One of the two tables: the rows that are asked for, their order and their columns."""

    rows: Found
    key: Any
    columns: dict[str, Any]

    def cut(self, cursor: Cursor, size: int, *, is_down: bool) -> Found:
        """``size`` rows from the cursor on. The keys alone are cut first: columns of other tables are fetched for the
        rows of the page only."""
        order = ["-key", "-id"] if is_down else ["key", "id"]
        keyed = _beyond(self.rows.annotate(key=self.key), cursor, is_down=is_down)
        page = self.rows.model._default_manager.filter(pk__in=keyed.order_by(*order).values("id")[:size])
        found: Found = page.annotate(key=self.key).values("key", **self.columns)
        return found


@dataclass(frozen=True)
class Listing:
    """The list that somebody sees with these filters."""

    scope: Scope
    filters: Filters

    def count_to(self, limit: int) -> int:
        """How many rows there are, counted no further than ``limit`` + 1."""
        tables = [branch.rows.values("id")[: limit + 1] for branch in self._branches()]
        return _united(tables).count() if tables else 0

    def cut(self, cursor: Cursor, size: int, *, has_many: bool) -> Rows:
        """``size`` rows from the cursor on, in its direction.

        Args:
            has_many: whether it is known that many rows match.
        """
        if not self._lacks_index:
            return self._united(cursor, size, self._branches())
        if has_many and _is_full(found := self._united(cursor, size, self._near(cursor)), size):
            return found
        return self._united(cursor, size, self._branches(is_sorted=True))

    def _united(self, cursor: Cursor, size: int, branches: Sequence[Branch]) -> Rows:
        is_down = self._is_down(cursor)
        order = ["-key", "-row_id"] if is_down else ["key", "row_id"]
        tables = [branch.cut(cursor, size, is_down=is_down) for branch in branches]
        return list(_united(tables).order_by(*order)[:size]) if tables else []

    def _near(self, cursor: Cursor) -> list[Branch]:
        """The branches, of portals only those within a piece of the index in the list's order.

        A page full of them is the right page: what lies beyond the piece comes after it in the order.
        """
        sort = self.filters.sort.removeprefix("-")
        order = ["-key", "-id"] if self._is_down(cursor) else ["key", "id"]
        keyed = _beyond(Portal.objects.annotate(key=portal_key(sort)), cursor, is_down=self._is_down(cursor))
        piece = keyed.order_by(*order).values("id")[:PIECE]
        return [
            Branch(branch.rows.filter(pk__in=piece), portal_key(sort, is_sorted=True), branch.columns)
            if branch.rows.model is Portal
            else branch
            for branch in self._branches()
        ]

    def _is_down(self, cursor: Cursor) -> bool:
        return self.filters.sort.startswith("-") != cursor.is_backward

    def attention(self, size: int) -> Rows:
        """The first portals whose provisioning failed."""
        failed = Branch(self._seen.filter(state=Portal.State.PROVISIONING_FAILED), portal_key("name"), PORTAL_COLUMNS)
        return list(failed.cut(Cursor(), size, is_down=False).order_by("key", "row_id"))

    @property
    def _seen(self) -> Found:
        ids = self.scope.organization_ids
        return Portal.objects.all() if ids is None else Portal.objects.filter(organization_id__in=ids)

    @property
    def _lacks_index(self) -> bool:
        """Whether a filter is used for which no index is in the list's order."""
        ids = self.scope.organization_ids
        has_many = ids is not None and len(ids) > 1 and not self.filters.organization
        is_by_age = self.filters.sort in {Sort.CREATED, Sort.CREATED_DOWN}
        has_column = self.filters.status or self.filters.portal_type or self.filters.organization or ids is not None
        return bool(self.filters.search.strip() or has_many or (is_by_age and (has_column or self.filters.type)))

    @property
    def _has_known_type(self) -> bool:
        return self.filters.type in {"", *PortalLicense.Type.values}

    def _branches(self, *, is_sorted: bool = False) -> list[Branch]:
        sort = self.filters.sort.removeprefix("-")
        portals, licenses = self._portals(), self._licenses()
        branches = []
        if portals is not None:
            branches.append(Branch(portals, portal_key(sort, is_sorted=is_sorted), PORTAL_COLUMNS))
        if licenses is not None:
            branches.append(Branch(licenses, license_key(sort), LICENSE_COLUMNS))
        return branches

    def _portals(self) -> Found | None:
        wanted = {
            "state": self.filters.status,
            "license_type": self.filters.type,
            "portal_type": self.filters.portal_type,
            "organization_id": self.filters.organization,
        }
        known = self.filters.status in {"", *Portal.State.values} and self.filters.portal_type in {
            "",
            *PortalType.values,
        }
        if not known or not self._has_known_type or self.scope.organization_ids == frozenset():
            return None
        named = self._seen.filter(**{field: value for field, value in wanted.items() if value})
        return named.search(self.filters.search)  # type: ignore[attr-defined, no-any-return]

    def _licenses(self) -> Found | None:
        """Licences without a portal, unless something is asked for that only portals have."""
        filters = self.filters
        of_portals = filters.portal_type or filters.organization
        known = filters.status in {"", Status.NOT_CONFIGURED, Status.EXPIRED} and self._has_known_type
        if not self.scope.sees_licenses or of_portals or not known:
            return None
        if not search_finds(filters.search, PortalLicense.TITLE):
            return None
        free = PortalLicense.objects.unassigned()
        if filters.type:
            free = free.filter(type=filters.type)
        expired = Q(expires_at__isnull=False, expires_at__lte=Now())
        match filters.status:
            case Status.NOT_CONFIGURED:
                return free.exclude(expired)
            case Status.EXPIRED:
                return free.filter(expired)
            case _:
                return free


def _is_full(rows: Rows, size: int) -> bool:
    """Whether portals alone make the page: a licence among them may stand after a portal beyond the piece."""
    return len(rows) == size and all(row["row_state"] for row in rows)


def _united(tables: Sequence[Found]) -> Found:
    return reduce(lambda one, other: one.union(other, all=True), tables)


def _beyond(rows: Found, cursor: Cursor, *, is_down: bool) -> Found:
    """The rows on the cursor's far side. The first condition is what the index can be searched for."""
    if not cursor.is_inside:
        return rows
    compare = "lt" if is_down else "gt"
    return rows.filter(
        Q(**{f"key__{compare}e": cursor.key}),
        Q(**{f"key__{compare}": cursor.key}) | Q(**{f"id__{compare}": cursor.id}),
    )
