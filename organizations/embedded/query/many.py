"""Collection-valued navigation properties: one-to-many by a lookup, many-to-many by links. Both are asked alike."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection as Several
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from organizations.embedded.call import Call
from organizations.embedded.models import Link, Rows, rows_in
from organizations.embedded.registry import COLLECTIONS, RELATIONSHIPS, TABLES, Column, Table


@dataclass(frozen=True)
class Many:
    """What a collection-valued navigation property leads to.

    Args:
        relationship: of a many-to-many one, ``own`` and ``other`` are the fields of its links; empty otherwise.
        lookup: of a one-to-many one, the target's column that leads back.
    """

    name: str
    table: Table
    target: Table
    relationship: str = ""
    own: str = ""
    other: str = ""
    lookup: Column | None = None

    def linked(self, call: Call, ids: Several[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
        """The targets' ids by the ids of the rows they belong to."""
        found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        if self.lookup is not None:
            rows = rows_in(call.tenant, self.target.name).filter(**{f"{self.lookup.name}__in": ids})
            pairs = rows.values_list(self.lookup.name, self.target.primary_id)
        else:
            links = Link.objects.filter(tenant=call.tenant, relationship=self.relationship, **{f"{self.own}__in": ids})
            pairs = links.values_list(self.own, self.other)
        for here, there in pairs:
            found[here].add(there)
        return found

    def belongs_to(self, call: Call, id: uuid.UUID) -> Q:
        """Which targets belong to one row."""
        if self.lookup is not None:
            return Q(**{self.lookup.name: id})
        links = Link.objects.filter(tenant=call.tenant, relationship=self.relationship, **{self.own: id})
        return Q(**{f"{self.target.primary_id}__in": links.values(self.other)})

    def has_any(self, call: Call, targets: Rows) -> Q:
        """Which rows have at least one of the targets."""
        if self.lookup is not None:
            leading = targets.filter(**{f"{self.lookup.name}__isnull": False})
            return Q(**{f"{self.table.primary_id}__in": leading.values(self.lookup.name)})
        links = Link.objects.filter(
            tenant=call.tenant,
            relationship=self.relationship,
            **{f"{self.other}__in": targets.values(self.target.primary_id)},
        )
        return Q(**{f"{self.table.primary_id}__in": links.values(self.own)})


def many_of(table: Table, navigation: str) -> Many | None:
    """The collection-valued navigation property of a table, letter case kept."""
    return _all().get((table.name, navigation))


@cache
def _all() -> dict[tuple[str, str], Many]:
    found: dict[tuple[str, str], Many] = {}
    for one in COLLECTIONS:
        source = TABLES[one.source]
        found[one.table, one.name] = Many(one.name, TABLES[one.table], source, lookup=source.columns[one.lookup])
    for both in RELATIONSHIPS:
        first, second = TABLES[both.first_table], TABLES[both.second_table]
        name = both.first_navigation
        found[first.name, name] = Many(name, first, second, both.name, "first", "second")
        name = both.second_navigation
        found[second.name, name] = Many(name, second, first, both.name, "second", "first")
    return found
