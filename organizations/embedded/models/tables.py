"""The Django models of the organization's tables, made from the registry when this module is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast
from zlib import crc32

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Upper

from organizations.embedded.models.organization import EmbeddedOrganization
from organizations.embedded.registry import TABLES, Column, Table, Type


class Row(models.Model):
    """What every row has beside its table's own columns."""

    row = models.BigAutoField(primary_key=True)
    # A foreign key in the database only: migrating half a hundred related models would take Django many seconds.
    tenant_id = models.UUIDField()
    transaction = models.BigIntegerField(default=0)  # that wrote it last, for change tracking

    class Meta:
        abstract = True


_FIELDS: Mapping[Type, Callable[[], models.Field[Any, Any]]] = {
    Type.PRIMARY: lambda: models.UUIDField(),
    Type.GUID: lambda: models.UUIDField(null=True),
    Type.LOOKUP: lambda: models.UUIDField(null=True),
    Type.STRING: lambda: models.TextField(null=True),
    Type.MEMO: lambda: models.TextField(null=True),
    Type.INTEGER: lambda: models.IntegerField(null=True),
    Type.BIGINT: lambda: models.BigIntegerField(null=True),
    Type.PICKLIST: lambda: models.IntegerField(null=True),
    Type.STATE: lambda: models.IntegerField(null=True),
    Type.STATUS: lambda: models.IntegerField(null=True),
    Type.BOOLEAN: lambda: models.BooleanField(null=True),
    Type.DATETIME: lambda: models.DateTimeField(null=True),
    Type.DATE: lambda: models.DateField(null=True),
    Type.DECIMAL: lambda: models.DecimalField(max_digits=23, decimal_places=10, null=True),
    Type.MONEY: lambda: models.DecimalField(max_digits=19, decimal_places=4, null=True),
    Type.DOUBLE: lambda: models.FloatField(null=True),
}


def _indexes(table: Table) -> list[models.Index]:
    made: list[models.Index] = []
    for column in table.columns.values():
        name = f"{_short(table)[:16]}_{crc32(f'{table.name}.{column.name}'.encode()):08x}"
        if column.is_indexed:
            made.append(models.Index("tenant_id", Upper(column.name), name=f"{name}_u"))
        if column.type is Type.LOOKUP and column.is_required:
            made.append(models.Index(fields=["tenant_id", column.name], name=f"{name}_l"))
    return made


def _keys(table: Table) -> list[models.BaseConstraint]:
    """Alternate keys, whatever the letter case of text. A row without all values of a key is not held to it."""
    return [
        models.UniqueConstraint(
            "tenant_id",
            *(Upper(name) if table.columns[name].type.is_text else models.F(name) for name in key.columns),
            name=f"{_short(table)[:16]}_{crc32(key.name.encode()):08x}_key",
        )
        for key in table.keys
    ]


def _once(table: Table) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["tenant_id", table.primary_id], name=f"{_short(table)}_once")


def _short(table: Table) -> str:
    return f"o_{table.name.removeprefix('adx_')[:22]}"  # a name of an index has 30 characters at most


def _model(table: Table) -> type[Row]:
    meta = type(
        "Meta",
        (),
        {
            "app_label": "embedded_organization",
            "db_table": f"organization_{table.name}",
            "constraints": [_once(table), *_keys(table)],
            "indexes": _indexes(table),
        },
    )
    fields = {column.name: _field(column) for column in table.columns.values()}
    return cast("type[Row]", type(_class_name(table), (Row,), {"__module__": __name__, "Meta": meta, **fields}))


def _field(column: Column) -> models.Field[Any, Any]:
    return _FIELDS[column.type]()


def _class_name(table: Table) -> str:
    return "Table" + "".join(part.title() for part in table.name.split("_"))


MODELS: Mapping[str, type[Row]] = {name: _model(table) for name, table in TABLES.items()}


Rows: TypeAlias = "QuerySet[Any, Any]"  # the columns are known to the registry, not to the type checker


def rows_in(tenant: EmbeddedOrganization, table: str) -> Rows:
    """The rows of a table in one organization. Every question about rows begins here, so none can reach another's."""
    return MODELS[table]._default_manager.filter(tenant_id=tenant.pk)
