"""``page`` and ``sitemarkers``: a page as templates see it."""

from __future__ import annotations

from typing import Any

from websites.objects.languages import languages_of
from websites.objects.scene import Heading, Scene
from websites.resolving import ARTICLE, HOME, SEARCH
from websites.site.values import Page, Shortcut
from websites.templating.drop import Drop


def page_drop(scene: Scene, page: Page) -> Drop:
    return Drop(_page_fields(scene, page))


def _page_fields(scene: Scene, page: Page) -> dict[str, Any]:
    edition = scene.edition
    return {
        "id": lambda: page.id,
        "adx_webpageid": lambda: page.content_id,
        "name": lambda: page.name,
        "adx_name": lambda: page.name,
        "title": lambda: page.title,
        "adx_title": lambda: page.title,
        "url": lambda: page.path,
        "partial_url": lambda: page.partial_url,
        "adx_partialurl": lambda: page.partial_url,
        "copy": lambda: page.copy,
        "adx_copy": lambda: page.copy,
        "summary": lambda: page.summary,
        "description": lambda: page.description or page.summary,
        "adx_summary": lambda: page.summary,
        "adx_meta_description": lambda: page.description,
        "image_url": lambda: page.image_url,
        "is_draft": lambda: page.is_draft,
        "adx_entityform": lambda: _form_drop(scene, page, is_single=True),
        "adx_webform": lambda: _form_drop(scene, page, is_single=False),
        "adx_entitylist": lambda: Drop({"id": lambda: page.list_id}) if page.list_id else None,
        "modified_on": lambda: page.modified_on,
        "modifiedon": lambda: page.modified_on,
        "parent": lambda: page_drop(scene, edition.pages[page.parent_id]) if page.parent_id in edition.pages else None,
        "children": lambda: _children(scene, page),
    }


def _form_drop(scene: Scene, page: Page, *, is_single: bool) -> Drop | None:
    """The form that the page names, of one step or of several."""
    form = scene.loaded.site.forms.get(page.form_id)
    return Drop({"id": lambda: page.form_id}) if form is not None and form.is_single is is_single else None


def _children(scene: Scene, page: Page) -> list[Drop]:
    """Pages and shortcuts beneath, in display order."""
    pages = [(child.display_order, child.title, page_drop(scene, child)) for child in _shown(scene, page)]
    shortcuts = [
        (shortcut.display_order, shortcut.title, drop)
        for shortcut in scene.edition.shortcuts.get(page.id, ())
        if (drop := _shortcut(scene, shortcut)) is not None
    ]
    return [drop for _, _, drop in sorted([*pages, *shortcuts], key=lambda entry: entry[:2])]


def _shortcut(scene: Scene, shortcut: Shortcut) -> Drop | None:
    """None where it leads to nothing that this visitor may see."""
    page = scene.edition.pages.get(shortcut.page_id)
    file = next((file for file in scene.loaded.site.files.values() if file.id == shortcut.file_id), None)
    if shortcut.page_id:
        url = page.path if page is not None and scene.may_be_shown(page) else ""
    else:
        url = file.path if file else shortcut.url
    if not url.startswith(("/", "https://", "http://")):
        return None
    return Drop({"title": lambda: shortcut.title, "url": lambda: url, "children": list, "summary": str})


def current_page_drop(scene: Scene) -> Drop:
    fields = _page_fields(scene, scene.page)
    heading = _heading(scene)
    return Drop(
        {
            **fields,
            "title": lambda: heading.title,
            "summary": lambda: heading.summary,
            "breadcrumbs": lambda: _breadcrumbs(scene),
            "is_home": lambda: scene.is_page(HOME),
            "is_search": lambda: scene.is_page(SEARCH),
            "is_error": lambda: scene.status >= 400,
            "languages": lambda: languages_of(scene),
        }
    )


def _heading(scene: Scene) -> Heading:
    if scene.heading:
        return scene.heading
    if scene.article:
        return Heading(scene.article.title, scene.article.description)
    return Heading(scene.page.title, scene.page.summary)


def _breadcrumbs(scene: Scene) -> list[Drop]:
    """The pages above; above a thing that the tail names, its page too and what else stands between.

    A page that is hidden from the site map shows such things alone: it is no place to stop at.
    """
    crumbs = [page_drop(scene, page) for page in _above(scene)]
    if scene.heading is None:
        return crumbs
    own = [] if scene.page.is_hidden_from_sitemap else [page_drop(scene, scene.page)]
    return [*crumbs, *own, *(_place(title, url) for title, url in scene.heading.above)]


def _place(title: str, url: str) -> Drop:
    return Drop({"title": lambda: title, "url": lambda: url})


def _shown(scene: Scene, page: Page) -> list[Page]:
    return [
        child
        for child in scene.edition.children.get(page.id, ())
        if not child.is_hidden_from_sitemap and scene.may_be_shown(child)
    ]


def _above(scene: Scene) -> list[Page]:
    """From home down to the page above; circles are not in an edition. The article page is no place to stop at."""
    found: list[Page] = []
    pages, id_ = scene.edition.pages, scene.page.parent_id
    while id_ in pages:
        found.append(pages[id_])
        id_ = pages[id_].parent_id
    article_page = scene.edition.markers.get(ARTICLE)
    return [page for page in reversed(found) if article_page is None or page.id != article_page.id]
