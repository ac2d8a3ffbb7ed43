"""Filters over lists, as the product line has them beside Liquid's own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from websites.templating.budget import ITEMS

_ANY = object()


def items_of(value: object) -> list[Any]:
    """A list of what a template has in hand: nothing for nil, one for a single thing."""
    if value is None or isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Mapping):
        return [value]
    return list(value)[:ITEMS] if isinstance(value, Iterable) else [value]


def field_of(item: object, name: str) -> Any:
    """What stands under ``name``; nil where the thing has no such name."""
    try:
        return item[name]  # type: ignore[index]
    except (KeyError, TypeError, IndexError):
        return None


def batch(value: object, size: object = 1) -> list[list[Any]]:
    """Lists of ``size`` items each."""
    items, step = items_of(value), max(_number(size), 1)
    return [items[start : start + step] for start in range(0, len(items), step)]


def concat(value: object, other: object = None) -> list[Any]:
    return [*items_of(value), *items_of(other)]


def except_(value: object, other: object = None, name: object = "") -> list[Any]:
    """Without the items of ``other``, or without those whose attribute ``other`` is ``name``."""
    items = items_of(value)
    if isinstance(other, str):
        return [item for item in items if field_of(item, other) != name]
    return [item for item in items if item not in items_of(other)]


def where(value: object, name: object = "", wanted: object = _ANY) -> list[Any]:
    """Those whose attribute has the value; without a value, those that have the attribute."""
    items = items_of(value)
    if wanted is _ANY:
        return [item for item in items if field_of(item, str(name))]
    return [item for item in items if field_of(item, str(name)) == wanted]


def select(value: object, name: object = "") -> list[Any]:
    """The attribute of each."""
    return [field_of(item, str(name)) for item in items_of(value)]


def group_by(value: object, name: object = "") -> list[dict[str, Any]]:
    """Lists of equal attributes: ``key`` and ``items``, in the order in which the keys come first."""
    groups: dict[str, dict[str, Any]] = {}
    for item in items_of(value):
        key = field_of(item, str(name))
        groups.setdefault(str(key), {"key": key, "items": []})["items"].append(item)
    return list(groups.values())


def order_by(value: object, name: object = "", direction: object = "asc") -> list[Any]:
    """Sorted by the attribute; items without it last."""
    is_down = str(direction).lower().startswith("desc")
    return sorted(items_of(value), key=lambda item: _rank(field_of(item, str(name))), reverse=is_down)


def random(value: object) -> Any:
    items = items_of(value)
    return secrets.choice(items) if items else None


def shuffle(value: object) -> list[Any]:
    items = items_of(value)
    secrets.SystemRandom().shuffle(items)
    return items


def skip(value: object, count: object = 0) -> list[Any]:
    return items_of(value)[max(_number(count), 0) :]


def take(value: object, count: object = 0) -> list[Any]:
    return items_of(value)[: max(_number(count), 0)]


def _rank(value: object) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return (0, float(value), "")
    return (0, 0.0, str(value).casefold()) if value is not None else (1, 0.0, "")


def _number(value: object) -> int:
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0


ARRAY_FILTERS: dict[str, Any] = {
    "batch": batch,
    "concat": concat,
    "except": except_,
    "where": where,
    "select": select,
    "group_by": group_by,
    "order_by": order_by,
    "then_by": order_by,
    "random": random,
    "shuffle": shuffle,
    "skip": skip,
    "take": take,
}
