"""Lists, facts and forms as templates see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from websites.objects.paging import paging_drop
from websites.objects.scene import Scene
from websites.paging import page_of
from websites.records.reading import Row
from websites.records.shown import choice_label, label_of, value_shown, value_typed
from websites.records.values import Field, Kind, Table
from websites.templating.drop import Drop

_INPUTS = {Kind.EMAIL: "email", Kind.PHONE: "tel", Kind.ADDRESS: "url", Kind.DATE: "date", Kind.MOMENT: "date"}
_NUMBERS = {Kind.WHOLE: "numeric", Kind.DECIMAL: "decimal", Kind.MONEY: "decimal"}
_AUTOCOMPLETE = {
    "firstname": "given-name",
    "lastname": "family-name",
    "companyname": "organization",
    "emailaddress1": "email",
    "telephone1": "tel",
    "jobtitle": "organization-title",
    "websiteurl": "url",
    "address1_line1": "address-line1",
    "address1_city": "address-level2",
    "address1_stateorprovince": "address-level1",
    "address1_postalcode": "postal-code",
    "address1_country": "country-name",
}


def table_drop(
    scene: Scene,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    url: Callable[[Row], str],
    params: Mapping[str, str] | None = None,
    size: int = 0,
) -> Drop:
    """A page of a list: headings, rows with cells, paging.

    Args:
        url: where a row is shown; "" for nowhere.
        params: query parameters that the pages' links keep.
        size: rows of a page, 0 for the site's own number.
    """
    fields = table.fields_named(columns)
    paging = page_of(
        rows,
        asked=scene.visit.params.get("page", ""),
        size=str(size) if size > 0 else scene.settings.get("Records/Page Size", ""),
        path=scene.path,
        params=params or {},
    )
    return Drop(
        {
            "columns": lambda: [_column(scene, one) for one in fields],
            "rows": lambda: [_row(scene, table, fields, row, url(row)) for row in paging.items],
            "count": lambda: paging.total,
            "paging": lambda: paging_drop(paging),
        }
    )


def _column(scene: Scene, field: Field) -> Drop:
    return Drop({"label": lambda: label_of(scene, field), "is_number": lambda: field.is_number})


def _row(scene: Scene, table: Table, fields: Sequence[Field], row: Row, url: str) -> Drop:
    return Drop(
        {
            "id": lambda: str(row[table.id]),
            "title": lambda: value_shown(scene, table.by_name[table.title], row),
            "url": lambda: url,
            "cells": lambda: facts_drop(scene, fields, row),
        }
    )


def facts_drop(scene: Scene, fields: Iterable[Field], row: Row) -> list[Drop]:
    """Label and value of each field."""
    return [_fact(scene, field, row) for field in fields]


def _fact(scene: Scene, field: Field, row: Row) -> Drop:
    shown = value_shown(scene, field, row)
    return Drop(
        {
            "name": lambda: field.name,
            "label": lambda: label_of(scene, field),
            "text": lambda: shown,
            "is_number": lambda: field.kind in _NUMBERS,
            "is_long": lambda: field.kind is Kind.LONG_TEXT,
            "url": lambda: _link(field, shown),
        }
    )


def _link(field: Field, shown: str) -> str:
    if not shown:
        return ""
    if field.kind is Kind.EMAIL:
        return f"mailto:{shown}"
    if field.kind is Kind.PHONE:
        return "tel:" + "".join(sign for sign in shown if sign in "+0123456789")
    return shown if field.kind is Kind.ADDRESS and shown.startswith(("https://", "http://")) else ""


def fields_drop(scene: Scene, fields: Iterable[Field], *, action: str, row: Row | None = None) -> list[Drop]:
    """The controls of a form: with what was typed where it was refused, else with the row's values.

    Args:
        action: the form's ``_action``; what was typed into another form of the page is not shown in this one.
    """
    is_again = scene.form.action == action
    return [
        _control(
            scene,
            field,
            action,
            scene.form.values.get(field.name, "") if is_again else value_typed(field, row or {}),
            scene.form.errors.get(field.name, "") if is_again else "",
        )
        for field in fields
    ]


def _control(scene: Scene, field: Field, action: str, value: str, error: str) -> Drop:
    return Drop(
        {
            "id": lambda: f"{action}-{field.name}",
            "name": lambda: field.name,
            "label": lambda: label_of(scene, field),
            "help": lambda: (
                scene.snippet(f"Field Help/{field.help}", field.help) if field.is_translated else field.help
            ),
            "kind": lambda: _kind(field),
            "type": lambda: _INPUTS.get(field.kind, "text"),
            "inputmode": lambda: _NUMBERS.get(field.kind, ""),
            "autocomplete": lambda: _AUTOCOMPLETE.get(field.name, ""),
            "value": lambda: value,
            "error": lambda: error,
            "is_required": lambda: field.is_required,
            "longest": lambda: field.limit,
            "choices": lambda: [_choice(scene, field, choice, value) for choice in field.choices],
        }
    )


def _kind(field: Field) -> str:
    """Of control: line, lines, choice, flag."""
    if field.kind in {Kind.CHOICE, Kind.LOOKUP}:
        return "choice"
    return {Kind.LONG_TEXT: "lines", Kind.FLAG: "flag"}.get(field.kind, "line")


def _choice(scene: Scene, field: Field, choice: Any, value: str) -> Drop:
    return Drop(
        {
            "value": lambda: choice.value,
            "label": lambda: choice_label(scene, field, choice),
            "is_selected": lambda: choice.value == value,
        }
    )
