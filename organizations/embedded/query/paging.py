"""Order and pages: keyset paging, so that a deep walk costs no more than its first page and never skips a row."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.functions import Upper

from organizations.embedded.errors import bad_request
from organizations.embedded.models import Rows
from organizations.embedded.query import conditions
from organizations.embedded.query.literals import text_value
from organizations.embedded.query.options import Order
from organizations.embedded.registry import Table


def keys_of(table: Table, order: tuple[Order, ...]) -> tuple[Order, ...]:
    """The order with the row's id as its last key, so that ties have an order too."""
    if any(key.column.name == table.primary_id for key in order):
        return order
    return (*order, Order(table.columns[table.primary_id], descending=False))


def ordered(rows: Rows, keys: tuple[Order, ...]) -> Rows:
    """Empty values come first in ascending order, as on the platform."""
    return rows.order_by(*order_by(keys))


def order_by(keys: tuple[Order, ...]) -> list[OrderBy]:
    """The same for the database."""
    return [_order_by(key) for key in keys]


def after(keys: tuple[Order, ...], token: str) -> Q:
    """The rows behind the one that ``token`` names.

    Raises:
        DataverseError: 400, the token is not one of ours, or of another order.
    """
    values = _read(keys, token)
    behind, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        behind |= equal & _behind(key, value)
        equal &= conditions.is_null(key.column) if value is None else conditions.equals(key.column, value)
    return behind


def token_of(keys: tuple[Order, ...], row: Mapping[str, Any]) -> str:
    """Where the page that ended with ``row`` goes on."""
    values = [_plain(row[key.column.name]) for key in keys]
    shape = [f"{key.column.name}{'-' if key.descending else '+'}" for key in keys]
    return base64.urlsafe_b64encode(json.dumps([shape, values]).encode()).decode()


def _order_by(key: Order) -> OrderBy:
    by = Upper(key.column.name) if key.column.type.is_text else F(key.column.name)
    return by.desc(nulls_last=True) if key.descending else by.asc(nulls_first=True)


def _behind(key: Order, value: Any) -> Q:
    if value is None:
        return Q(pk__in=[]) if key.descending else ~conditions.is_null(key.column)
    if not key.descending:
        return conditions.is_ordered("Gt", key.column, value)
    return conditions.is_ordered("Lt", key.column, value) | conditions.is_null(key.column)


def _read(keys: tuple[Order, ...], token: str) -> list[Any]:
    try:
        shape, texts = json.loads(base64.urlsafe_b64decode(token.encode()))
        if shape != [f"{key.column.name}{'-' if key.descending else '+'}" for key in keys]:
            raise ValueError(shape)
        return [None if text is None else text_value(key.column, text) for key, text in zip(keys, texts, strict=True)]
    except (ValueError, TypeError, binascii.Error, AttributeError) as wrong:
        raise bad_request("The value of $skiptoken is not valid.") from wrong


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
