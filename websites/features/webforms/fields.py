"""The columns of a step that can be typed, as the form, the organization and the visitor's rights make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from websites.errors import PageDenied, PageMissing
from websites.objects.scene import Scene
from websites.records import Choice, Field, Kind, Table, rows_of
from websites.records.definitions import Definition, definition_of
from websites.records.metadata import Target
from websites.records.reading import Row, joined
from websites.site.form_values import FormField, FormStep

MOST_OFFERED = 200  # rows of a lookup


def fields_of(scene: Scene, step: FormStep, definition: Definition, row: Row | None) -> tuple[Field, ...]:
    """The step's columns, lookups with the rows that this visitor may read.

    A lookup that offers nothing, or that leads to a row this visitor may not read, is left out: it stays as it is.
    """
    return tuple(_offered(scene, step, definition, row or {}))


def facts_of(step: FormStep, definition: Definition) -> tuple[Field, ...]:
    """What a step that nobody types into shows."""
    return tuple(_field(own, definition.fields[own.name], step) for own in step.fields if own.name in definition.fields)


def _offered(scene: Scene, step: FormStep, definition: Definition, row: Row) -> Iterator[Field]:
    for own in step.fields:
        known = definition.fields.get(own.name)
        if known is None or own.on_save is not None:
            continue
        if known.kind is Kind.LOOKUP:
            known = known.offering(_choices(scene, definition.targets[known.name]))
            current = row.get(known.column)
            if not known.choices or (current and str(current) not in {one.value for one in known.choices}):
                continue
        yield _field(own, known, step)


def _field(own: FormField, known: Field, step: FormStep) -> Field:
    return replace(
        known,
        label=own.label or known.label,
        help=own.help,
        is_required=own.is_required or known.is_required or step.all_required,
        pattern=own.pattern,
        pattern_error=own.pattern_error,
        required_error=own.required_error,
    )


def _choices(scene: Scene, target: Target) -> tuple[Choice, ...]:
    title = Field(target.title, Kind.TEXT, target.title)
    table = Table(target.table, target.entity_set, target.id, target.title, (title,), order=target.title)
    try:
        is_active = "statecode eq 0" if "statecode" in definition_of(scene, target.table).shown else ""
        found = rows_of(scene, table, where=joined(f"{target.title} ne null", is_active), most=MOST_OFFERED)
    except (PageDenied, PageMissing):
        return ()
    return tuple(Choice(str(row[target.id]), str(row[target.title])) for row in found)
