"""A page for the rows of one table: a list with views, one row with its facts, forms, and decisions.

``/accounts/`` lists, ``/accounts/new/`` creates, ``/accounts/<id>/`` shows, ``/accounts/<id>/?edit=1`` changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from websites.access import Right
from websites.errors import FormRefused, PageDenied, PageMissing
from websites.features import Action, ActionCall, ActionDone, Feature, Opened
from websites.features.once import once_of, row_id_of
from websites.features.registry import feature_register
from websites.objects.scene import Heading, Scene
from websites.records.drops import facts_drop, fields_drop, table_drop
from websites.records.reading import ProductMissing, Row, joined, row_of, rows_of
from websites.records.shown import value_shown
from websites.records.values import Field, Table
from websites.records.writing import row_change, row_create, typed_values
from websites.templating.drop import Drop

NEW = "new"
TOO_LATE = "This has been decided already."


@dataclass(frozen=True)
class View:
    """A choice of rows: ``label`` is English, the site's words are the snippet ``View/<label>``."""

    key: str
    label: str
    where: str = ""


@dataclass(frozen=True)
class Decision:
    """What may be done with a row at the press of a button.

    Args:
        label: English; the site's words are the snippet ``Decision/<label>``.
        fits: whether the row can still be decided on.
        values: that the row gets.
        notice: what is said afterwards.
        is_quiet: the less likely one.
    """

    key: str
    label: str
    fits: Callable[[Row], bool]
    values: Callable[[], Mapping[str, Any]]
    notice: str
    is_quiet: bool = False


@dataclass(frozen=True)
class RecordPage:
    """The page of the site marker ``marker``.

    Args:
        columns: of the list.
        facts: of one row, empty ones are left out; none: all fields but the row's name.
        typed: fields of the form; none: rows are neither made nor changed here.
        where: OData filter of the rows that this page knows of.
        views: the first one is shown where none is asked for.
        new_label: English words of the button that creates, snippet ``Records/<words>``.
        bindings: what a new row belongs to, such as the partner that manages it.
        offered: a field with the options that this visitor may choose.
        product: name of the product that brings the table, for where it is not installed.
    """

    marker: str
    table: Table
    columns: tuple[str, ...]
    facts: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    where: str = ""
    views: tuple[View, ...] = ()
    new_label: str = ""
    notice: str = "record"
    bindings: Callable[[Scene], Mapping[str, Any]] = lambda scene: {}
    offered: Callable[[Scene, Field], Field] = lambda scene, field: field
    decisions: tuple[Decision, ...] = ()
    product: str = ""

    def feature(self) -> Feature:
        actions: dict[str, Action] = {one.key: self._decide(one) for one in self.decisions}
        if self.typed:
            actions |= {"create": self._create, "save": self._save}
        return Feature(self.marker, self._open, actions=actions, takes_tail=True, needs_sign_in=True)

    # --- Showing

    def _open(self, scene: Scene) -> Opened:
        try:
            if scene.tail == NEW and self.typed:
                return self._form(scene)
            return self._one(scene) if scene.tail else self._list(scene)
        except ProductMissing:
            product = self.product or self.table.name
            return Opened({"records": Drop({"is_missing": lambda: True, "product": lambda: product})})

    def _list(self, scene: Scene) -> Opened:
        view = self._view(scene)
        rows = rows_of(scene, self.table, where=joined(self.where, view.where if view else ""))
        fields: dict[str, Callable[[], object]] = {
            "is_missing": lambda: False,
            "views": lambda: [self._tab(scene, one, view) for one in self.views],
            "table": lambda: table_drop(
                scene,
                self.table,
                self.columns,
                rows,
                url=lambda row: self._url(scene, row),
                params={"view": view.key} if view else {},
            ),
            "new_url": lambda: f"{scene.page.path}{NEW}/" if self._may_create(scene) else "",
            "new_label": lambda: self._label(scene),
        }
        return Opened({"records": Drop(fields)})

    def _one(self, scene: Scene) -> Opened:
        row = row_of(scene, self.table, scene.tail, where=self.where)
        may_write = bool(self.typed) and scene.access.may(self.table.name, Right.WRITE, row)
        is_form = may_write and (scene.form.action == "save" or bool(scene.visit.params.get("edit")))
        fields: dict[str, Callable[[], object]] = {
            "id": lambda: str(row[self.table.id]),
            "facts": lambda: [fact for fact in self._facts(scene, row) if fact["text"]],
            "edit_url": lambda: f"{scene.path}?edit=1" if may_write and not is_form else "",
            "action": lambda: "save" if is_form else "",
            "fields": lambda: fields_drop(scene, self._fields(scene), action="save", row=row) if is_form else [],
            "decisions": lambda: self._decisions(scene, row),
            "url": lambda: scene.path,
        }
        title = value_shown(scene, self.table.by_name[self.table.title], row)
        return Opened({"record": Drop(fields)}, Heading(title))

    def _form(self, scene: Scene) -> Opened:
        if not self._may_create(scene):
            raise PageDenied("You may not create this.")
        fields: dict[str, Callable[[], object]] = {
            "action": lambda: "create",
            "facts": lambda: [],
            "fields": lambda: fields_drop(scene, self._fields(scene), action="create"),
            "once": lambda: once_of(scene),
            "url": lambda: scene.page.path,
        }
        return Opened({"record": Drop(fields)}, Heading(self._label(scene)))

    def _facts(self, scene: Scene, row: Row) -> list[Drop]:
        return facts_drop(scene, self.table.fields_named(self.facts or self.table.facts), row)

    def _fields(self, scene: Scene) -> tuple[Field, ...]:
        return tuple(self.offered(scene, field) for field in self.table.fields_named(self.typed))

    def _view(self, scene: Scene) -> View | None:
        asked = scene.visit.params.get("view", "")
        return next((view for view in self.views if view.key == asked), self.views[0] if self.views else None)

    def _tab(self, scene: Scene, view: View, current: View | None) -> Drop:
        return Drop(
            {
                "label": lambda: scene.snippet(f"View/{view.label}", view.label),
                "url": lambda: f"{scene.page.path}?view={view.key}",
                "is_current": lambda: view == current,
            }
        )

    def _url(self, scene: Scene, row: Row) -> str:
        return f"{scene.page.path}{row[self.table.id]}/"

    def _label(self, scene: Scene) -> str:
        return scene.snippet(f"Records/{self.new_label}", self.new_label)

    def _may_create(self, scene: Scene) -> bool:
        return bool(self.typed) and scene.access.may(self.table.name, Right.CREATE)

    def _decisions(self, scene: Scene, row: Row) -> list[Drop]:
        may = bool(self.decisions) and scene.access.may(self.table.name, Right.WRITE, row)
        return [_decision(scene, one) for one in self.decisions if may and one.fits(row)]

    # --- Doing

    def _create(self, call: ActionCall) -> ActionDone:
        scene = call.scene
        if scene.tail != NEW:
            raise PageMissing("There is no such form here.")
        values = {**typed_values(call, self._fields(scene)), **self.bindings(scene)}
        id = row_id_of(call, self.table.name)
        row_create(scene, self.table, id, values)
        return ActionDone(f"{scene.page.path}{id}/", f"{self.notice}-created")

    def _save(self, call: ActionCall) -> ActionDone:
        scene = call.scene
        row = row_of(scene, self.table, scene.tail, where=self.where, right=Right.WRITE)
        row_change(scene, self.table, row, typed_values(call, self._fields(scene)))
        return ActionDone(scene.path, f"{self.notice}-saved")

    def _decide(self, decision: Decision) -> Action:
        def decide(call: ActionCall) -> ActionDone:
            scene = call.scene
            row = row_of(scene, self.table, scene.tail, where=self.where, right=Right.WRITE)
            if not decision.fits(row):
                raise FormRefused({"": scene.snippet("Record/Decided", TOO_LATE)})
            row_change(scene, self.table, row, decision.values())
            return ActionDone(scene.path, decision.notice)

        return decide


def pages_register(*pages: RecordPage, product: str = "") -> None:
    """Make the pages known.

    Args:
        product: name of the one product that brings all their tables.
    """
    for page in pages:
        feature_register(replace(page, product=product or page.product).feature())


def _decision(scene: Scene, decision: Decision) -> Drop:
    return Drop(
        {
            "action": lambda: decision.key,
            "label": lambda: scene.snippet(f"Decision/{decision.label}", decision.label),
            "is_quiet": lambda: decision.is_quiet,
        }
    )
