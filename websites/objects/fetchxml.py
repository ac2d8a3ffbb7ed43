"""FetchXML of one table as an OData query. What cannot be said in one is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

LONGEST, MOST, DEEPEST = 20_000, 250, 5  # characters, rows, filters within filters
NAME = re.compile(r"[a-z][a-z0-9_]{1,99}")
GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,10})?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?")
COMPARING = {"eq": "eq", "ne": "ne", "neq": "ne", "gt": "gt", "ge": "ge", "lt": "lt", "le": "le"}


class FetchRefused(Exception):
    """The query is not served; the words say what of it."""


@dataclass(frozen=True)
class FetchQuery:
    table: str
    filter: str
    orderby: str
    count: int
    text: str


def query_of(text: str) -> FetchQuery:
    """The query of FetchXML. Raises :class:`FetchRefused`."""
    root = _parsed(text)
    entity = root.find("entity")
    if root.tag != "fetch" or entity is None:
        raise FetchRefused("there is no fetch with an entity")
    if root.get("aggregate") == "true" or root.get("distinct") == "true":
        raise FetchRefused("aggregate and distinct are not served")
    unknown = sorted({child.tag for child in entity} - {"attribute", "all-attributes", "order", "filter"})
    if unknown:
        raise FetchRefused(f"{', '.join(unknown)} is not served")
    table = _name(entity.get("name"))
    filters = [_filter(child, table) for child in entity.findall("filter")]
    orders = [
        f"{_name(order.get('attribute'))} {'desc' if order.get('descending') == 'true' else 'asc'}"
        for order in entity.findall("order")
    ]
    return FetchQuery(table, " and ".join(part for part in filters if part), ",".join(orders), _count(root), text)


def _parsed(text: str) -> Element:
    if len(text) > LONGEST:
        raise FetchRefused(f"it is longer than {LONGEST} characters")
    try:
        found: Element = ElementTree.fromstring(text.strip())
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise FetchRefused("it is not XML") from wrong
    return found


def _count(root: Element) -> int:
    asked = root.get("top") or root.get("count") or ""
    return min(max(int(asked), 1), MOST) if asked.isdecimal() and len(asked) < 9 else MOST


def _filter(element: Element, table: str, depth: int = 0) -> str:
    if depth == DEEPEST:
        raise FetchRefused("filters are nested too deeply")
    word = " or " if element.get("type") == "or" else " and "
    parts = [
        _condition(child, table) if child.tag == "condition" else _filter(child, table, depth + 1) for child in element
    ]
    return f"({word.join(part for part in parts if part)})" if any(parts) else ""


def _condition(element: Element, table: str) -> str:
    name, operator = _name(element.get("attribute")), element.get("operator", "")
    value = element.get("value") or ""
    if operator in {"null", "not-null"}:
        return f"{_column(name, '', table)} {'eq' if operator == 'null' else 'ne'} null"
    if operator in COMPARING:
        return f"{_column(name, value, table)} {COMPARING[operator]} {_literal(value)}"
    if operator == "in":
        values = [child.text or "" for child in element.findall("value")]
        found = " or ".join(f"{_column(name, one, table)} eq {_literal(one)}" for one in values)
        return f"({found})" if found else ""
    if operator == "like":
        return _like(name, value)
    raise FetchRefused(f"the operator {operator or 'without a name'} is not served")


def _like(name: str, value: str) -> str:
    word = value.strip("%").replace("'", "''")
    if value.startswith("%"):
        return f"{'contains' if value.endswith('%') else 'endswith'}({name},'{word}')"
    return f"startswith({name},'{word}')" if value.endswith("%") else f"{name} eq '{word}'"


def _column(name: str, value: str, table: str) -> str:
    """Lookups are compared under another name than a table's own id."""
    is_lookup = bool(GUID.fullmatch(value)) and name not in {f"{table}id", "activityid"}
    return f"_{name}_value" if is_lookup else name


def _literal(value: str) -> str:
    if found := GUID.fullmatch(value):
        return found[1]
    if NUMBER.fullmatch(value) or MOMENT.fullmatch(value) or value in {"true", "false"}:
        return value
    return "'" + value.replace("'", "''") + "'"


def _name(text: str | None) -> str:
    if not text or not NAME.fullmatch(text):
        raise FetchRefused("a table or column has no name that can be")
    return text
