"""Writing rows. Values arrive checked; here they get versions, times and owners, and meet the rows that are there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.sql import InsertQuery
from django.utils import timezone

from organizations.embedded.call import Call
from organizations.embedded.errors import row_exists, row_missing
from organizations.embedded.models import MODELS, DeletedRow, EmbeddedOrganization, Link, Row, rows_in
from organizations.embedded.registry import TABLES, Table
from organizations.embedded.rows import computed
from organizations.embedded.rows.values import Changes


@dataclass(frozen=True)
class Stamp:
    """What a write leaves on a row."""

    version: int
    transaction: int
    at: datetime


def stamps(count: int) -> list[Stamp]:
    """As many row versions from the sequence, which never holds writers up. With the transaction's number, because a
    transaction may commit after one that began later: change tracking must not step over it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('organization_versionnumber'), pg_current_xact_id()::text::bigint"
            " FROM generate_series(1, %s)",
            [count],
        )
        now = timezone.now().replace(microsecond=0)
        return [Stamp(version, transaction, now) for version, transaction in cursor.fetchall()]


def row_create(tenant: EmbeddedOrganization, table: Table, id: uuid.UUID, changes: Changes) -> None:
    """Insert one row.

    Raises:
        DataverseError: 412, a row with this id exists; 404, a row it refers to does not.
    """
    rows_create(tenant, table, [(id, changes)])


def rows_create(tenant: EmbeddedOrganization, table: Table, new: Sequence[tuple[uuid.UUID, Changes]]) -> None:
    """Insert rows, all or none."""
    ids = [id for id, _ in new]
    if len(set(ids)) != len(ids) or existing_ids(tenant, table, ids):
        raise row_exists()
    _require_bound(tenant, [changes for _, changes in new], own=(table, set(ids)))
    values = [
        _new_values(tenant, table, id, changes.values, stamp)
        for (id, changes), stamp in zip(new, stamps(len(new)), strict=True)
    ]
    _insert(MODELS[table.name], values)


def row_update(tenant: EmbeddedOrganization, table: Table, stored: Mapping[str, Any], changes: Changes) -> None:
    """Change the named columns of one stored row."""
    _require_bound(tenant, [changes])
    stamp = stamps(1)[0]
    values = {name: value for name, value in changes.values.items() if name != table.primary_id}
    values |= computed.for_update(table, values, stored)
    rows_in(tenant, table.name).filter(pk=stored["row"]).update(
        **values,
        versionnumber=stamp.version,
        transaction=stamp.transaction,
        modifiedon=stamp.at,
        modifiedby=tenant.application_user_id,
    )


def rows_upsert(tenant: EmbeddedOrganization, table: Table, wanted: Sequence[tuple[uuid.UUID, Changes]]) -> None:
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
        rows_create(tenant, table, list(new.items()))
    for id, changes in known:
        row_update(tenant, table, stored[id], changes)
        stored[id] = {**stored[id], **changes.values}


def row_delete(tenant: EmbeddedOrganization, table: Table, id: uuid.UUID) -> None:
    """Delete one row with its links; lookups that lead to it are emptied by the database.

    Raises:
        DataverseError: 404.
    """
    deleted, _ = rows_in(tenant, table.name).filter(**{table.primary_id: id}).delete()
    if not deleted:
        raise row_missing(table, id)
    for side in ("first", "second"):
        Link.objects.filter(tenant=tenant, **{side: id}).delete()
    stamp = stamps(1)[0]
    DeletedRow.objects.create(
        tenant=tenant, table=table.name, row_id=id, versionnumber=stamp.version, transaction=stamp.transaction
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
    return list(rows.filter(**{f"{table.primary_id}__in": list(ids)}).order_by("row").values())


def _insert(model: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """One INSERT with the columns that are used only: a table may have a hundred others that stay empty."""
    used = set().union(*rows)
    query = InsertQuery(model)
    fields = [field for field in model._meta.concrete_fields if field.name in used]
    query.insert_values(fields, [model(**row) for row in rows])
    query.get_compiler(connection=connection).execute_sql()


def _new_values(
    tenant: EmbeddedOrganization, table: Table, id: uuid.UUID, given: Mapping[str, Any], stamp: Stamp
) -> dict[str, Any]:
    values = {**given, table.primary_id: id, "tenant_id": tenant.pk, "transaction": stamp.transaction}
    values |= {"createdon": stamp.at, "modifiedon": stamp.at, "versionnumber": stamp.version}
    values |= {"createdby": tenant.application_user_id, "modifiedby": tenant.application_user_id}
    if "ownerid" in table.columns and values.get("ownerid") is None:
        values["ownerid"] = tenant.application_user_id
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


__all__ = ["Row", "existing_ids", "lock_row", "row_create", "row_delete", "row_update", "rows_create", "rows_upsert"]
