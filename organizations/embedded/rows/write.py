"""Writing rows. Values arrive checked; here they get versions, times and owners, and meet the rows that are there."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from organizations.content_changes import content_changed
from organizations.embedded.call import Call
from organizations.embedded.errors import row_exists, row_missing
from organizations.embedded.models import MODELS, DeletedRow, EmbeddedOrganization, Link, rows_in
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rows import computed
from organizations.embedded.rows.rollups import rollups_refresh, summed_up
from organizations.embedded.rows.statements import rows_insert, rows_update
from organizations.embedded.rows.values import Changes


def row_create(
    tenant: EmbeddedOrganization, table: Table, id: uuid.UUID, changes: Changes, *, by: uuid.UUID | None = None
) -> None:
    """Insert one row.

    Args:
        by: the user who does it; the organization's application user where nobody is named.

    Raises:
        DataverseError: 412, a row with this id exists; 404, a row it refers to does not.
    """
    rows_create(tenant, table, [(id, changes)], by=by)


def rows_create(
    tenant: EmbeddedOrganization,
    table: Table,
    new: Sequence[tuple[uuid.UUID, Changes]],
    *,
    by: uuid.UUID | None = None,
) -> None:
    """Insert rows, all or none."""
    ids = [id for id, _ in new]
    if len(set(ids)) != len(ids):
        raise row_exists()
    _require_bound(tenant, [changes for _, changes in new], own=(table, set(ids)))
    user, at = by or tenant.application_user_id, _now()
    values = [_new_values(tenant, table, id, changes.values, at, user) for id, changes in new]
    try:
        rows_insert(MODELS[table.name], values)
    except IntegrityError as wrong:
        if _is_of_id(wrong):
            raise row_exists() from wrong
        raise
    rollups_refresh(tenant, table, summed_up(tenant, table, ids))
    content_changed(tenant.pk, table.entity_set)


def row_update(
    tenant: EmbeddedOrganization,
    table: Table,
    stored: Mapping[str, Any],
    changes: Changes,
    *,
    by: uuid.UUID | None = None,
) -> None:
    """Change the named columns of one stored row."""
    _require_bound(tenant, [changes])
    _update(tenant, table, [(stored, changes)], by)


def rows_upsert(
    tenant: EmbeddedOrganization,
    table: Table,
    wanted: Sequence[tuple[uuid.UUID, Changes]],
    *,
    by: uuid.UUID | None = None,
) -> None:
    """Create what is missing, change what is there, all or none. A row named twice is changed twice, in order."""
    stored = {values[table.primary_id]: values for values in _stored(tenant, table, [id for id, _ in wanted])}
    new: dict[uuid.UUID, Changes] = {}
    known: list[tuple[uuid.UUID, Changes]] = []
    for id, changes in wanted:
        if id in stored:
            known.append((id, changes))
        else:
            before = new.get(id, Changes())
            new[id] = Changes(before.values | changes.values, before.bound | changes.bound)
    if new:
        rows_create(tenant, table, list(new.items()), by=by)
    _require_bound(tenant, [changes for _, changes in known])
    for turn in _turns(known):
        _update(tenant, table, [(stored[id], changes) for id, changes in turn], by)
        for id, changes in turn:
            stored[id] = {**stored[id], **changes.values}


def _turns(known: Sequence[tuple[uuid.UUID, Changes]]) -> list[list[tuple[uuid.UUID, Changes]]]:
    """What can be done at once: the first change of every row, then the second one of those that have one."""
    turns: list[list[tuple[uuid.UUID, Changes]]] = []
    done: Counter[uuid.UUID] = Counter()
    for id, changes in known:
        if done[id] == len(turns):
            turns.append([])
        turns[done[id]].append((id, changes))
        done[id] += 1
    return turns


def _update(
    tenant: EmbeddedOrganization,
    table: Table,
    changed: Sequence[tuple[Mapping[str, Any], Changes]],
    by: uuid.UUID | None,
) -> None:
    rows, user, at = [], by or tenant.application_user_id, _now()
    for stored, changes in changed:
        values = {name: value for name, value in changes.values.items() if name != table.primary_id}
        values |= computed.for_update(table, values, stored)
        rows.append({**values, "modifiedon": at, "modifiedby": user, "row": stored["row"]})
    about = summed_up(tenant, table, (stored[table.primary_id] for stored, _ in changed))
    rows_update(MODELS[table.name], rows)
    about |= summed_up(tenant, table, (stored[table.primary_id] for stored, _ in changed))
    rollups_refresh(tenant, table, about)
    content_changed(tenant.pk, table.entity_set)


def row_delete(tenant: EmbeddedOrganization, table: Table, id: uuid.UUID) -> None:
    """Delete one row with its links; lookups that lead to it are emptied by the database.

    Raises:
        DataverseError: 404.
    """
    if not rows_delete(tenant, table, [id]):
        raise row_missing(table, id)


def rows_delete(tenant: EmbeddedOrganization, table: Table, ids: Sequence[uuid.UUID]) -> int:
    """Delete those of the rows that are there, as :func:`row_delete` does, and say how many they were."""
    gone = list(existing_ids(tenant, table, ids))
    about = summed_up(tenant, table, gone)
    rows_in(tenant, table.name).filter(**{f"{table.primary_id}__in": gone}).delete()
    for side in ("first", "second"):
        Link.objects.filter(tenant=tenant, **{f"{side}__in": gone}).delete()
    _remember(tenant, table, gone)
    rollups_refresh(tenant, table, about)
    if gone:
        content_changed(tenant.pk, table.entity_set)
    return len(gone)


def _remember(tenant: EmbeddedOrganization, table: Table, gone: Sequence[uuid.UUID]) -> None:
    """What is gone, with versions and transaction as rows have them: change tracking tells of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('organization_versionnumber'), pg_current_xact_id()::text::bigint"
            " FROM generate_series(1, %s)",
            [len(gone)],
        )
        stamps = cursor.fetchall()
    DeletedRow.objects.bulk_create(
        DeletedRow(tenant=tenant, table=table.name, row_id=id, versionnumber=version, transaction=transaction)
        for id, (version, transaction) in zip(gone, stamps, strict=True)
    )


def existing_ids(tenant: EmbeddedOrganization, table: Table, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of the ids are rows of this organization."""
    rows = rows_in(tenant, table.name).filter(**{f"{table.primary_id}__in": list(ids)})
    return set(rows.values_list(table.primary_id, flat=True))


def lock_row(call: Call, table: Table, id: uuid.UUID) -> dict[str, Any] | None:
    """The stored row, held until the transaction ends, or None."""
    rows = rows_in(call.tenant, table.name).select_for_update().filter(**{table.primary_id: id})
    found: dict[str, Any] | None = rows.values().first()
    return found


def _stored(tenant: EmbeddedOrganization, table: Table, ids: Iterable[uuid.UUID]) -> list[dict[str, Any]]:
    rows = rows_in(tenant, table.name).select_for_update()
    read = {"row", table.primary_id, *(computed.READ & table.columns.keys())}
    return list(rows.filter(**{f"{table.primary_id}__in": list(ids)}).order_by("row").values(*read))


def _new_values(
    tenant: EmbeddedOrganization, table: Table, id: uuid.UUID, given: Mapping[str, Any], at: datetime, by: uuid.UUID
) -> dict[str, Any]:
    values = {**given, table.primary_id: id, "tenant_id": tenant.pk, "createdon": at, "modifiedon": at}
    values |= {"createdby": by, "modifiedby": by}
    if "ownerid" in table.columns and values.get("ownerid") is None:
        values["ownerid"] = by
    return values | computed.for_create(tenant, table, given)


def _require_bound(
    tenant: EmbeddedOrganization, all_changes: Sequence[Changes], own: tuple[Table, set[uuid.UUID]] | None = None
) -> None:
    """Every row that is referred to exists, in this organization.

    Raises:
        DataverseError: 404.
    """
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for changes in all_changes:
        for name, id in changes.bound:
            wanted[name].add(id)
    for name, ids in wanted.items():
        missing = ids - existing_ids(tenant, TABLES[name], ids)
        if own and own[0].name == name:
            missing -= own[1]
        if missing:
            raise row_missing(TABLES[name], min(missing))


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def _is_of_id(wrong: IntegrityError) -> bool:
    """Whether it is the row's id that another row has."""
    told = getattr(wrong.__cause__, "diag", None)
    return str(getattr(told, "constraint_name", "") or "").endswith("_once")
