"""Workbooks in Excel 2003's XML, the form of translation files and of import logs. Cells may jump (``ss:Index``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring  # written here, never parsed

SS = "urn:schemas-microsoft-com:office:spreadsheet"
MOST_COLUMNS = 200
MOST_ROWS = 100_000

register_namespace("ss", SS)


class BadWorkbook(Exception):
    """The document is no workbook, or one with odd cells; the text says what."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name and its rows of texts; an empty cell is ""."""

    name: str
    rows: Sequence[Sequence[str]]


def workbook_write(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as XML; empty cells are left out, so the next one says its index, as Excel does."""
    root = Element(_tag("Workbook"))
    for sheet in sheets:
        table = SubElement(SubElement(root, _tag("Worksheet"), {_tag("Name"): sheet.name}), _tag("Table"))
        for row in sheet.rows:
            _row(table, row)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def workbook_read(root: Element) -> dict[str, list[list[str]]]:
    """The rows of every sheet by the sheet's name.

    Raises:
        BadWorkbook
    """
    if root.tag != _tag("Workbook"):
        raise BadWorkbook("The document is not a workbook.")
    sheets: dict[str, list[list[str]]] = {}
    for sheet in root.iterfind(_tag("Worksheet")):
        sheets[sheet.get(_tag("Name"), "")] = list(_rows(sheet))
    return sheets


def _tag(name: str) -> str:
    return f"{{{SS}}}{name}"


def _row(table: Element, row: Sequence[str]) -> None:
    element, before = SubElement(table, _tag("Row")), 0
    for number, text in enumerate(row, start=1):
        if not text:
            continue
        jump = {} if number == before + 1 else {_tag("Index"): str(number)}
        data = SubElement(SubElement(element, _tag("Cell"), jump), _tag("Data"), {_tag("Type"): "String"})
        data.text, before = text, number


def _rows(sheet: Element) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iterfind(f"{_tag('Table')}/{_tag('Row')}")):
        if number >= MOST_ROWS:
            raise BadWorkbook(f"A sheet has more than {MOST_ROWS} rows.")
        cells: list[str] = []
        for cell in row.iterfind(_tag("Cell")):
            _jump(cells, cell.get(_tag("Index")))
            data = cell.find(_tag("Data"))
            cells.append("".join(data.itertext()) if data is not None else "")
        yield cells


def _jump(cells: list[str], index: str | None) -> None:
    """Empty cells up to the one that ``ss:Index`` names (counted from 1)."""
    if index is None:
        if len(cells) >= MOST_COLUMNS:
            raise BadWorkbook(f"A row has more than {MOST_COLUMNS} cells.")
        return
    if not index.isascii() or not index.isdecimal() or not len(cells) < int(index[:9]) <= MOST_COLUMNS:
        raise BadWorkbook(f"The index '{index[:20]}' of a cell is not allowed.")
    cells += [""] * (int(index) - 1 - len(cells))
