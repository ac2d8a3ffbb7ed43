"""All filters beside the library's own, and those of the product line that give nothing here."""

from __future__ import annotations

from typing import Any

from websites.templating.addresses import URL_FILTERS
from websites.templating.arrays import ARRAY_FILTERS
from websites.templating.budget import ITEMS, TEXT, BudgetSpent
from websites.templating.dates import DATE_FILTERS
from websites.templating.texts import TEXT_FILTERS


def join(items: object, separator: object = " ") -> str:
    """The items as one text."""
    if not isinstance(items, (list, tuple)):
        return str(items)
    parts = [str(item) for item in items[:ITEMS]]
    if sum(map(len, parts)) + len(parts) * len(str(separator)) > TEXT:
        raise BudgetSpent(f"more than {TEXT} characters in one text")
    return str(separator).join(parts)


def nothing(value: object, *_: object, **__: object) -> None:
    """A filter over things that this runtime has not got: nil."""


# Of lists that entity lists and the product line's own article and category objects make.
REFUSED_FILTERS = (
    "category_number",
    "current_sort",
    "metafilters",
    "popular",
    "recent",
    "related",
    "reverse_sort",
    "top",
    "top_level",
    "top_rated",
)
OWN_FILTERS: dict[str, Any] = {
    **dict.fromkeys(REFUSED_FILTERS, nothing),
    **ARRAY_FILTERS,
    **DATE_FILTERS,
    **TEXT_FILTERS,
    **URL_FILTERS,
    "join": join,
}
REMOVED_FILTERS = ("escapejs",)  # there is no script to escape for
