"""From what a visitor typed to a row: checked field by field, then against the visitor's permissions, then written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import PortalAdminError
from websites.access import Right
from websites.errors import FormRefused, PageDenied
from websites.features import ActionCall
from websites.objects.scene import Scene
from websites.records.reading import Row
from websites.records.shown import label_of, locale_of
from websites.records.typed import LARGEST, TypedWrong, typed_value
from websites.records.values import Field, Kind, Table

ROW_CHANGED = "organizations:row-changed"
CHANGED = "Somebody else has changed this in the meantime. Please look at it again, then decide."


def typed_values(call: ActionCall, fields: Iterable[Field]) -> dict[str, Any]:
    """The values of ``fields`` as the Web API takes them.

    Raises:
        FormRefused: a sentence for each field that cannot be accepted.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    locale = locale_of(call.scene)
    for field in fields:
        try:
            value = typed_value(field, call.value(field.name), locale=locale)
        except TypedWrong as wrong:
            errors[field.name] = sentence(call.scene, field, wrong)
        else:
            values.update(written(field, value))
    if errors:
        raise FormRefused(errors)
    return values


def sentence(scene: Scene, field: Field, wrong: TypedWrong) -> str:
    """What is wrong with the field, in the site's words; the form's own where it has some."""
    own = {"Record/Required": field.required_error, "Record/No Match": field.pattern_error}.get(wrong.name, "")
    text = own or scene.snippet(wrong.name, wrong.text)
    limit = field.limit if wrong.name == "Record/Too Long" else f"{LARGEST:.0f}"
    return text.replace("{field}", label_of(scene, field)).replace("{limit}", str(limit)).replace("{example}", "1250")


def written(field: Field, value: object) -> dict[str, Any]:
    """The column's value in a request; a lookup names the other row."""
    if field.kind is not Kind.LOOKUP:
        return {field.name: value}
    return {f"{field.navigation}@odata.bind": f"/{field.target_set}({value})" if value else None}


def row_create(scene: Scene, table: Table, id: uuid.UUID, values: Mapping[str, Any]) -> None:
    """Create the row, where the visitor may.

    Raises:
        PageDenied: no permission covers a row with these values.
    """
    if not scene.access.may(table.name, Right.CREATE, as_read(values)):
        raise PageDenied("You may not create this.")
    scene.rows.upsert(table.entity_set, id, values)


def row_change(scene: Scene, table: Table, row: Row, values: Mapping[str, Any]) -> None:
    """Change a row that was read with the right to write (:func:`websites.records.reading.row_of`).

    Raises:
        FormRefused: somebody else has changed it since it was read.
    """
    try:
        scene.rows.update(table.entity_set, uuid.UUID(str(row[table.id])), values, etag=row.get("@odata.etag") or "*")
    except PortalAdminError as problem:
        if problem.code == ROW_CHANGED:
            raise FormRefused({"": scene.snippet("Record/Changed", CHANGED)}) from problem
        raise


def as_read(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a read would give them: lookups as ``_name_value``, for permissions to look at."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if not name.endswith("@odata.bind"):
            found[name] = value
        elif value:
            navigation = name.removesuffix("@odata.bind").lower()
            id_ = str(value).rsplit("(", 1)[1].rstrip(")")
            found[f"_{navigation}_value"] = id_
            column, _, target = navigation.rpartition("_")
            if target in {"account", "contact"}:  # of a lookup with several targets
                found[f"_{column}_value"] = id_
    return found
