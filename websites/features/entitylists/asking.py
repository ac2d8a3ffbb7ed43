"""Which rows of an entity list a visitor asks for: the view, the word that is searched for, the column to sort by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from websites.features.entitylists.views import SavedView, views_of
from websites.objects.scene import Scene
from websites.records import Field, Kind
from websites.records.definitions import Definition
from websites.records.reading import joined, quoted
from websites.site.list_values import EntityList

LONGEST = 100  # characters of what is searched for
_WORDS = {Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.PHONE, Kind.ADDRESS}


@dataclass(frozen=True)
class Asked:
    """What the page shows. ``sorted_by``: a column, ``-`` before it for the other end; "" for the view's order."""

    list: EntityList
    views: tuple[SavedView, ...]
    view: SavedView | None
    fields: tuple[Field, ...]
    word: str = ""
    sorted_by: str = ""

    @property
    def params(self) -> dict[str, str]:
        """Of the page's links, without the number of the page."""
        view = self.view.id if self.view and self.view != self.views[0] else ""
        return {name: text for name, text in (("view", view), ("q", self.word), ("sort", self.sorted_by)) if text}

    def url(self, path: str, **changes: str) -> str:
        query = urlencode({name: text for name, text in (self.params | changes).items() if text})
        return f"{path}?{query}" if query else path


def asked_of(scene: Scene, entity_list: EntityList, definition: Definition) -> Asked:
    """What is wrong in the address counts as not there."""
    params = scene.visit.params
    views = tuple(views_of(scene, entity_list.table, entity_list.view_ids))
    view = next((one for one in views if one.id == params.get("view", "").lower()), views[0] if views else None)
    fields = tuple(_fields(definition, view))
    sorted_by = params.get("sort", "")
    return Asked(
        list=entity_list,
        views=views,
        view=view,
        fields=fields,
        word=params.get("q", "").strip()[:LONGEST] if entity_list.is_searched else "",
        sorted_by=sorted_by if sorted_by.removeprefix("-") in {one.name for one in fields if can_sort(one)} else "",
    )


def can_sort(field: Field) -> bool:
    return field.kind not in {Kind.LOOKUP, Kind.LONG_TEXT}


def where_of(scene: Scene, asked: Asked) -> str | None:
    """The filter beside the permission's; None where nothing can be the visitor's."""
    visitor = scene.visit.visitor
    terms = [asked.view.where if asked.view else "", _holds(asked)]
    for column, id in (
        (asked.list.of_contact, visitor.contact_id if visitor else ""),
        (asked.list.of_account, visitor.account_id if visitor else ""),
    ):
        if column and not (id and column.isidentifier()):
            return None
        terms.append(f"_{column}_value eq {id}" if column else "")
    return joined(*terms)


def order_of(asked: Asked) -> str:
    if asked.sorted_by:
        return f"{asked.sorted_by.removeprefix('-')} {'desc' if asked.sorted_by.startswith('-') else 'asc'}"
    return asked.view.order if asked.view else ""


def _fields(definition: Definition, view: SavedView | None) -> Iterator[Field]:
    """The view's columns; without a view what names a row, and when it was made."""
    names: Sequence[str] = view.columns if view else ()
    known = [definition.shown[name] for name in names if name in definition.shown]
    yield from known or (definition.shown[n] for n in (definition.title, "createdon") if n in definition.shown)


def _holds(asked: Asked) -> str:
    """Rows with the word in one of the list's texts."""
    texts = [one.name for one in asked.fields if one.kind in _WORDS]
    if not asked.word or not texts:
        return ""
    return "(" + " or ".join(f"contains({name},{quoted(asked.word)})" for name in texts) + ")"
