"""Literals of a filter, checked against the column they are compared with: a wrong type is a 400, never a surprise."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from odata_query import ast

from organizations.embedded.errors import DataverseError, bad_request
from organizations.embedded.registry import Column, Type

Value = str | int | float | bool | Decimal | date | datetime | uuid.UUID
EDM = {
    Type.BOOLEAN: "Edm.Boolean",
    Type.DATE: "Edm.Date",
    Type.DATETIME: "Edm.DateTimeOffset",
    Type.DECIMAL: "Edm.Decimal",
    Type.MONEY: "Edm.Decimal",
    Type.DOUBLE: "Edm.Double",
    Type.BIGINT: "Edm.Int64",
}
INT32, INT64 = 2**31, 2**63


def edm_type(type_: Type) -> str:
    """The primitive type's name in the Web API."""
    if type_.is_text:
        return "Edm.String"
    if type_.is_guid:
        return "Edm.Guid"
    return EDM.get(type_, "Edm.Int32")


def literal_value(column: Column, node: ast._Node) -> Value:
    """The Python value of a literal that is compared with ``column``.

    Raises:
        DataverseError: 400, the literal is of another type, or out of range.
    """
    text = getattr(node, "val", None)
    for kinds, read in _READERS[_family(column.type)]:
        if isinstance(node, kinds):
            try:
                return _in_range(column, read(str(text)))
            except (ValueError, ArithmeticError) as wrong:
                raise _wrong(column, node) from wrong
    raise _wrong(column, node)


def text_value(column: Column, text: str) -> Value:
    """The Python value of a member of ``PropertyValues``, where everything is written as a string.

    Raises:
        DataverseError: 400.
    """
    if column.type is Type.BOOLEAN and text.lower() not in ("true", "false"):
        raise _wrong(column, ast.String(text))
    try:
        return _in_range(column, _FROM_TEXT[_family(column.type)](text))
    except (ValueError, ArithmeticError) as wrong:
        raise _wrong(column, ast.String(text)) from wrong


def _family(type_: Type) -> str:
    if type_.is_text:
        return "text"
    if type_.is_guid:
        return "guid"
    if type_.is_whole:
        return "whole"
    return "number" if type_.is_number else type_.value


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Reader = Callable[[str], Value]
_READERS: dict[str, list[tuple[type[ast._Node], Reader]]] = {
    "text": [(ast.String, str)],
    "guid": [(ast.GUID, uuid.UUID)],
    "whole": [(ast.Integer, int)],
    "number": [(ast.Integer, Decimal), (ast.Float, Decimal)],
    "boolean": [(ast.Boolean, lambda text: text.lower() == "true")],
    "datetime": [(ast.DateTime, _instant), (ast.Date, _instant)],
    "date": [(ast.Date, date.fromisoformat)],
}
_FROM_TEXT: dict[str, Reader] = {
    "text": str,
    "guid": uuid.UUID,
    "whole": int,
    "number": Decimal,
    "boolean": lambda text: text.lower() == "true",
    "datetime": _instant,
    "date": date.fromisoformat,
}


def _in_range(column: Column, value: Value) -> Value:
    if column.type.is_whole and isinstance(value, int):
        limit = INT64 if column.type is Type.BIGINT else INT32
        if not -limit <= value < limit:
            raise ValueError(value)
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(value)
    if column.type is Type.DOUBLE and isinstance(value, Decimal):
        return float(value)
    return value


def _wrong(column: Column, node: ast._Node) -> DataverseError:
    found = type(node).__name__
    if isinstance(node, ast.Integer) and abs(int(node.val)) >= INT32:
        found = "Long"
    return bad_request(
        "A binary operator with incompatible types was detected. Found operand types "
        f"'{edm_type(column.type)}' and '{_NAMES.get(found, found)}' for the property '{column.property_name}'."
    )


_NAMES = {
    "String": "Edm.String",
    "Integer": "Edm.Int32",
    "Long": "Edm.Int64",
    "Float": "Edm.Double",
    "Boolean": "Edm.Boolean",
    "GUID": "Edm.Guid",
    "Date": "Edm.Date",
    "DateTime": "Edm.DateTimeOffset",
}
