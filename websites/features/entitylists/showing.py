"""The HTML of an entity list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from websites.errors import PageDenied, PageMissing
from websites.features.entitylists.asking import Asked, asked_of, can_sort, order_of, where_of
from websites.objects.scene import Scene
from websites.records import Field, rows_of, table_drop
from websites.records.definitions import Definition, definition_of
from websites.records.reading import Row
from websites.records.shown import label_of
from websites.site.list_values import EntityList
from websites.site.lists import words_in
from websites.site.values import Page
from websites.templating.drop import Drop, Table
from websites.templating.served import comment_of

TEMPLATE = "Entity List Rows"
MOST = 5  # lists of one page


def list_html(scene: Scene, told: Mapping[str, object]) -> str:
    """The list that the tag names by ``id`` or ``key``, or by ``name``; a comment where the site has none such."""
    found = _named(scene, told)
    if found is None:
        return comment_of("There is no such entity list.")
    scene.notes.lists += 1
    if scene.notes.lists > MOST:
        return comment_of(f"A page shows {MOST} entity lists at most.")
    try:
        drop = _list_drop(scene, found)
    except PageMissing:
        return comment_of(f"The organization has no table {found.table}.")
    template = scene.loaded.environment.get_template(TEMPLATE)
    return template.render({"entity_list": drop, "snippets": Table(scene.edition.snippets, str)})


def _named(scene: Scene, told: Mapping[str, object]) -> EntityList | None:
    lists = scene.loaded.site.lists
    id, name = str(told.get("id") or told.get("key") or ""), str(told.get("name") or "").strip().lower()
    return lists.get(id.lower()) or next((one for one in lists.values() if name and one.name.lower() == name), None)


def _list_drop(scene: Scene, entity_list: EntityList) -> Drop:
    definition = definition_of(scene, entity_list.table)
    asked = asked_of(scene, entity_list, definition)
    rows, lcid = _rows(scene, asked, definition), scene.edition.language.lcid
    create = _page(scene, entity_list.create_page_id)
    fields: dict[str, Callable[[], object]] = {
        "title": lambda: scene.page.title,
        "views": lambda: [_view(scene, asked, index) for index in range(len(asked.views))],
        "columns": lambda: [_column(scene, asked, field) for field in asked.fields],
        "table": lambda: _table(scene, asked, definition, rows),
        "is_searched": lambda: entity_list.is_searched,
        "word": lambda: asked.word,
        "kept": lambda: [_pair(name, text) for name, text in asked.params.items() if name != "q"],
        "url": lambda: scene.path,
        "create_url": lambda: create.path if create else "",
        "create_text": lambda: words_in(entity_list.create_text, lcid) or (create.title if create else ""),
        "empty_text": lambda: words_in(entity_list.empty_text, lcid),
    }
    return Drop(fields)


def _rows(scene: Scene, asked: Asked, definition: Definition) -> list[Row]:
    """None where the visitor may read none: whether there are any is not told."""
    where = where_of(scene, asked)
    try:
        found = rows_of(scene, definition.reading(asked.fields), where=where or "", order=order_of(asked))
    except PageDenied:
        return []
    return found if where is not None else []


def _table(scene: Scene, asked: Asked, definition: Definition, rows: list[Row]) -> Drop:
    details, parameter = _page(scene, asked.list.details_page_id), asked.list.id_parameter
    return table_drop(
        scene,
        definition.reading(asked.fields),
        [field.name for field in asked.fields],
        rows,
        url=lambda row: f"{details.path}?{parameter}={row[definition.id]}" if details else "",
        params=asked.params,
        size=asked.list.page_size,
    )


def _pair(name: str, text: str) -> Drop:
    """What the search form sends beside the word."""
    return Drop({"name": lambda: name, "value": lambda: text})


def _view(scene: Scene, asked: Asked, index: int) -> Drop:
    view = asked.views[index]
    url = asked.url(scene.path, view=view.id if index else "", sort="")
    return Drop({"label": lambda: view.name, "url": lambda: url, "is_current": lambda: view == asked.view})


def _column(scene: Scene, asked: Asked, field: Field) -> Drop:
    """Its label sorts by it, and from the other end where it is sorted by already."""
    direction = {field.name: "ascending", f"-{field.name}": "descending"}.get(asked.sorted_by, "")
    other = f"-{field.name}" if direction == "ascending" else field.name
    return Drop(
        {
            "label": lambda: label_of(scene, field),
            "is_number": lambda: field.is_number,
            "sort_url": lambda: asked.url(scene.path, sort=other) if can_sort(field) else "",
            "direction": lambda: direction,
        }
    )


def _page(scene: Scene, id: str) -> Page | None:
    page = scene.edition.pages.get(id)
    return page if page is not None and scene.may_be_shown(page) else None
