"""Single conditions on a column as Django Qs that are never NULL, so that ``not`` means what OData says.

Text is compared whatever its letter case, as the platform does: UPPER() on both sides, which the indexes know too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Upper
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, Lookup

from organizations.embedded.query.literals import Value as Literal
from organizations.embedded.registry import Column

_ORDERINGS: dict[str, tuple[str, type[Lookup[Any]]]] = {
    "Lt": ("lt", LessThan),
    "LtE": ("lte", LessThanOrEqual),
    "Gt": ("gt", GreaterThan),
    "GtE": ("gte", GreaterThanOrEqual),
}
_PATTERNS = {"contains": "icontains", "startswith": "istartswith", "endswith": "iendswith"}


def is_null(column: Column) -> Q:
    return Q(**{f"{column.name}__isnull": True})


def equals(column: Column, value: Literal) -> Q:
    lookup = "iexact" if column.type.is_text else "exact"
    return Q(**{f"{column.name}__isnull": False, f"{column.name}__{lookup}": value})


def differs(column: Column, value: Literal) -> Q:
    """A row without a value differs from every value (OData: ``null ne value`` is true)."""
    return ~equals(column, value)


def is_ordered(comparator: str, column: Column, value: Literal) -> Q:
    """``lt``, ``le``, ``gt``, ``ge``: by the name of the parser's comparator."""
    lookup, expression = _ORDERINGS[comparator]
    if column.type.is_text:
        return _given(column) & Q(expression(Upper(F(column.name)), Upper(Value(value))))
    return _given(column) & Q(**{f"{column.name}__{lookup}": value})


def is_in(column: Column, values: Sequence[Literal]) -> Q:
    condition = Q(pk__in=[])
    for value in values if column.type.is_text else []:
        condition |= equals(column, value)
    return condition if column.type.is_text else _given(column) & Q(**{f"{column.name}__in": list(values)})


def is_between(column: Column, low: Literal, high: Literal) -> Q:
    return is_ordered("GtE", column, low) & is_ordered("LtE", column, high)


def matches(function: str, column: Column, text: str) -> Q:
    """``contains``, ``startswith``, ``endswith``."""
    return _given(column) & Q(**{f"{column.name}__{_PATTERNS[function]}": text})


def is_true(column: Column) -> Q:
    return Q(**{column.name: True, f"{column.name}__isnull": False})


TEXT_FUNCTIONS = frozenset(_PATTERNS)
Condition = Callable[[Column], Q]


def _given(column: Column) -> Q:
    return Q(**{f"{column.name}__isnull": False})
