"""The rows of pages and of the words on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solutions.content.errors import BadContent
from solutions.content.keys import SETS, Keys
from solutions.content.values import ContentRow, Page, PageText, SiteSource, Texts


def page_rows(keys: Keys, site: SiteSource, texts: Texts) -> Iterator[ContentRow]:
    """For each page a root page (its place) and a content page (its words), parents first.

    Raises:
        BadContent: the language has no words for a page.
    """
    for page in site.pages:
        yield keys.row("adx_webpage", (page.key,), {**_place(keys, page), "adx_isroot": True})
    for page in site.pages:
        words = _words(keys, page, _text(texts, page.key))
        yield keys.row("adx_webpage", (page.key, str(keys.lcid)), {**_place(keys, page), **words})


def _text(texts: Texts, page: str) -> PageText:
    if page not in texts.pages:
        raise BadContent(f"texts/{texts.lcid}.toml: the page {page!r} has no words.")
    return texts.pages[page]


def _place(keys: Keys, page: Page) -> dict[str, Any]:
    place = {
        "adx_name": page.name,
        "adx_partialurl": page.partial_url,
        "adx_displayorder": page.order,
        "adx_hiddenfromsitemap": page.is_hidden,
        "adx_excludefromsearch": page.is_unsearched,
        "adx_sharedpageconfiguration": False,
        "adx_pagetemplateid@odata.bind": keys.to("adx_pagetemplate", page.template),
        "adx_publishingstateid@odata.bind": keys.published,
    }
    if page.form:
        place["adx_webform@odata.bind"] = keys.to("adx_webform", page.form)
    if page.parent:
        place["adx_parentpageid@odata.bind"] = keys.to("adx_webpage", page.parent)
    return place


def _words(keys: Keys, page: Page, text: PageText) -> dict[str, Any]:
    return {
        "adx_title": text.title,
        "adx_summary": text.summary,
        "adx_copy": text.copy,
        "adx_isroot": False,
        "adx_rootwebpageid@odata.bind": keys.to("adx_webpage", page.key),
        "adx_webpagelanguageid@odata.bind": keys.language,
    }


def snippet_rows(keys: Keys, texts: Texts, *, website_name: str) -> Iterator[ContentRow]:
    """Content snippets; ``{website}`` in one stands for the website's name."""
    for name, value in texts.snippets.items():
        values = {
            "adx_name": name,
            "adx_value": value.replace("{website}", website_name),
            "adx_contentsnippetlanguageid@odata.bind": keys.language,
        }
        yield keys.row("adx_contentsnippet", (name, str(keys.lcid)), values)


def link_rows(keys: Keys, site: SiteSource, texts: Texts) -> Iterator[ContentRow]:
    """Web link sets of the language, and their links."""
    lcid = str(keys.lcid)
    for name in site.link_sets:
        values = {"adx_name": name, "adx_title": name, "adx_websitelanguageid@odata.bind": keys.language}
        yield keys.row("adx_weblinkset", (name, lcid), values)
    for name, pages in site.link_sets.items():
        for order, page in enumerate(pages, start=1):
            link = _link(keys, texts, page) | {"adx_displayorder": order}
            link["adx_weblinksetid@odata.bind"] = keys.to("adx_weblinkset", name, lcid)
            yield ContentRow(SETS["adx_weblink"], "adx_weblink", keys.id("adx_weblink", name, lcid, page), link)


def _link(keys: Keys, texts: Texts, page: str) -> dict[str, Any]:
    return {
        "adx_name": _text(texts, page).link,
        "adx_openinnewwindow": False,
        "adx_pageid@odata.bind": keys.to("adx_webpage", page),
        "adx_publishingstateid@odata.bind": keys.published,
    }
