"""The row that a step is about: which one, with which fields, and what sending the step writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from websites.access import Right
from websites.errors import PageDenied, PageMissing
from websites.features import ActionCall
from websites.features.webforms.fields import fields_of
from websites.features.webforms.files import attach, attaching_check, step_sent
from websites.features.webforms.sessions import FormSession, Visited
from websites.objects.scene import Scene
from websites.records import Field, Kind, Table, row_create, row_of
from websites.records.definitions import Definition
from websites.records.reading import Row
from websites.records.shown import locale_of
from websites.records.typed import TypedWrong, typed_value
from websites.records.writing import as_read
from websites.site.form_values import FilledBy, Filling, FormStep, Mode, Source

Values = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """``row`` is None where the step makes a new one. ``is_own``: this session made the row, and may go on with it."""

    id: uuid.UUID
    row: Row | None
    is_own: bool


def target_of(scene: Scene, step: FormStep, session: FormSession, definition: Definition) -> Target:
    """Raises :class:`PageMissing`: there is no such row, or none for this visitor; :class:`PageDenied`: none at all."""
    sent = session.row_of(step.id)
    if step.mode is Mode.INSERT:
        if sent is not None:
            return Target(uuid.UUID(sent.row_id), _own_row(scene, step, definition, sent), True)
        if not scene.access.may(step.table, Right.CREATE):
            raise PageDenied("You may not create this.")
        return Target(uuid.uuid5(session.id, step.id), None, True)
    source = _previous(step, session) if step.source is Source.PREVIOUS else None
    if source is not None and source.is_own and source.table == step.table:
        return Target(uuid.UUID(source.row_id), _own_row(scene, step, definition, source), True)
    id = source.row_id if source else _asked(scene, step)
    right = Right.READ if step.mode is Mode.READ_ONLY else Right.WRITE
    row = row_of(scene, _table(step, definition), id, right=right)
    return Target(uuid.UUID(str(row[definition.id])), row, False)


def _previous(step: FormStep, session: FormSession) -> Visited | None:
    return session.row_of(step.source_step_id) if step.source_step_id else session.last_of(step.table)


def _asked(scene: Scene, step: FormStep) -> str:
    """The id of a row that this session did not make: of the visitor's contact, or in the address."""
    if step.source is Source.USER and step.table == "contact" and scene.visit.visitor:
        return scene.visit.visitor.contact_id
    if step.source is Source.QUERY:
        return scene.visit.params.get(step.query_name or "id", "")
    raise PageMissing("There is no row for this form.")


def _table(step: FormStep, definition: Definition) -> Table:
    """Every column, for conditions and values that are set; lookups only where the step has them."""
    own = {one.name for one in step.fields}
    return definition.reading(
        one for one in definition.fields.values() if one.kind is not Kind.LOOKUP or one.name in own
    )


def _own_row(scene: Scene, step: FormStep, definition: Definition, visited: Visited) -> Row:
    table = _table(step, definition)
    id = uuid.UUID(visited.row_id)
    row = scene.rows.row(definition.entity_set, id, select=table.select, expand=table.expand)
    if row is None:
        raise PageMissing("The row is not there any more.")
    return row


def beginning(scene: Scene, step: FormStep, definition: Definition) -> Values:
    """What the fields of a new row begin with."""
    wanted = [one for one in step.fields if one.starts_with and one.name in definition.fields]
    contact = _contact(scene, [one.starts_with for one in wanted])
    return {
        one.name: value
        for one in wanted
        if one.starts_with and (value := _filled(scene, one.starts_with, contact)) is not None
    }


def step_save(call: ActionCall, step: FormStep, definition: Definition, target: Target) -> Values:
    """Write what was typed, and what the form adds; returns the row's values as far as they are known.

    Raises:
        FormRefused: something that was typed cannot be accepted.
        PageDenied: no permission covers the new row, or a file on the row.
    """
    scene = call.scene
    if step.mode is Mode.READ_ONLY:
        return dict(target.row or {})
    typed, upload = step_sent(call, step, fields_of(scene, step, definition, target.row))
    values = {**typed, **_added(scene, step, definition)}
    new = {**values, **_of_visitor(scene, step, definition)} if target.row is None else None
    if upload:
        attaching_check(scene, step.table, target.id, _whole(scene, definition, target, new))
    if new is not None:
        row_create(scene, _table(step, definition), target.id, new)
    elif values:
        scene.rows.update(definition.entity_set, target.id, values)
    if upload:
        attach(call, definition, target.id, upload)
    return {**(target.row or {}), **values}


def _whole(scene: Scene, definition: Definition, target: Target, new: Values | None) -> Row:
    """The row as permissions look at it: with all its columns, whatever the step shows of them."""
    found = as_read(new) if new is not None else scene.rows.row(definition.entity_set, target.id)
    return {**(found or {}), definition.id: str(target.id)}


def _added(scene: Scene, step: FormStep, definition: Definition) -> Values:
    """Values that are set when the step is saved, whatever anybody types."""
    wanted = [one for one in step.fields if one.on_save]
    contact = _contact(scene, [one.on_save for one in wanted])
    found: Values = {}
    for one in wanted:
        field = definition.fields.get(one.name)
        value = _filled(scene, one.on_save, contact) if one.on_save else None
        if field is not None and field.kind is not Kind.LOOKUP and value is not None:
            found |= _as_typed(scene, field, value)
    return found


def _as_typed(scene: Scene, field: Field, value: str) -> Values:
    """A value of the form's makers is held to the column's type too; a wrong one is left out."""
    try:
        return {field.name: typed_value(replace(field, is_required=False), value, locale=locale_of(scene))}
    except TypedWrong:
        return {}


def _of_visitor(scene: Scene, step: FormStep, definition: Definition) -> Values:
    """Link a new row with the visitor's contact, where the form wants it."""
    navigation = definition.to_contact.get(step.user_lookup)
    visitor = scene.visit.visitor
    return {f"{navigation}@odata.bind": f"/contacts({visitor.contact_id})"} if navigation and visitor else {}


def _filled(scene: Scene, by: FilledBy, contact: Mapping[str, Any]) -> str | None:
    match by.kind:
        case Filling.VALUE:
            return by.value or None
        case Filling.TODAY:
            return scene.visit.now.date().isoformat()
        case Filling.USER:
            value = contact.get(by.attribute)
            return None if value is None else str(value)


def _contact(scene: Scene, fillings: list[FilledBy | None]) -> Mapping[str, Any]:
    """The columns of the visitor's contact that are asked for; nothing for a stranger."""
    names = sorted({one.attribute for one in fillings if one and one.kind is Filling.USER and one.attribute})
    visitor = scene.visit.visitor
    if visitor is None or not names or not all(name.isidentifier() for name in names):
        return {}
    return scene.rows.row("contacts", uuid.UUID(visitor.contact_id), select=tuple(names)) or {}
