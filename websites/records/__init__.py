"""Rows of the organization's tables on pages: lists, single rows and forms, each under entity permissions.

A feature says which table, which fields and which rows; reading, checking what was typed, writing and showing in the
page's language are done here, so that no page can forget a permission.
"""

from websites.records.drops import facts_drop, fields_drop, table_drop
from websites.records.reading import row_of, rows_of
from websites.records.values import Choice, Field, Kind, Table
from websites.records.writing import row_change, row_create, typed_values

__all__ = [
    "Choice",
    "Field",
    "Kind",
    "Table",
    "facts_drop",
    "fields_drop",
    "row_change",
    "row_create",
    "row_of",
    "rows_of",
    "table_drop",
    "typed_values",
]
