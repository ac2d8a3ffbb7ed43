"""Columns that sum up other rows: an article's views and ratings.

The article's row is held before its rows are summed up: of two who write at once, the second one sees the first one's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Avg, Count, Sum

from organizations.embedded.models import MODELS, EmbeddedOrganization, rows_in
from organizations.embedded.registry import Table
from organizations.embedded.rows.statements import rows_update

ARTICLE = "knowledgearticle"
Ids = Sequence[uuid.UUID]
Sums = Mapping[uuid.UUID, Mapping[str, Any]]
_NO_RATING: Mapping[str, Any] = {"rating": None, "rating_count": 0}
_NO_VIEW: Mapping[str, Any] = {"knowledgearticleviews": 0}


def _ratings(tenant: EmbeddedOrganization, articles: Ids) -> Sums:
    rows = rows_in(tenant, "feedback").filter(regardingobjectid__in=articles, rating__isnull=False)
    found = rows.values("regardingobjectid").annotate(mean=Avg("rating"), many=Count("row")).order_by()
    return {row["regardingobjectid"]: {"rating": row["mean"], "rating_count": row["many"]} for row in found}


def _views(tenant: EmbeddedOrganization, articles: Ids) -> Sums:
    rows = rows_in(tenant, "knowledgearticleviews").filter(knowledgearticleid__in=articles)
    found = rows.values("knowledgearticleid").annotate(total=Sum("knowledgearticleview")).order_by()
    return {row["knowledgearticleid"]: {"knowledgearticleviews": row["total"] or 0} for row in found}


# table -> its lookup of the article, what is summed up, what stands there without any row
_ROLLUPS: Mapping[str, tuple[str, Callable[[EmbeddedOrganization, Ids], Sums], Mapping[str, Any]]] = {
    "feedback": ("regardingobjectid", _ratings, _NO_RATING),
    "knowledgearticleviews": ("knowledgearticleid", _views, _NO_VIEW),
}


def summed_up(tenant: EmbeddedOrganization, table: Table, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The ids of the articles that these rows are about; to be asked before rows are deleted."""
    if table.name not in _ROLLUPS:
        return set()
    lookup = _ROLLUPS[table.name][0]
    rows = rows_in(tenant, table.name).filter(**{f"{table.primary_id}__in": list(ids), f"{lookup}__isnull": False})
    return set(rows.values_list(lookup, flat=True))


def rollups_refresh(tenant: EmbeddedOrganization, table: Table, articles: Iterable[uuid.UUID]) -> None:
    """Sum up again what stands in these articles; ids of other rows count for nothing."""
    if table.name not in _ROLLUPS or not (wanted := list(articles)):
        return
    _, sums_of, without = _ROLLUPS[table.name]
    held = rows_in(tenant, ARTICLE).filter(knowledgearticleid__in=wanted).select_for_update().order_by("row")
    rows = list(held.values_list("row", "knowledgearticleid"))
    sums = sums_of(tenant, [id for _, id in rows])
    rows_update(MODELS[ARTICLE], [{**without, **sums.get(id, {}), "row": row} for row, id in rows])
