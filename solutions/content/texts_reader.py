"""Reads the words of the pages, ``texts/<lcid>/<part>.toml``: what all portal types share, what one says otherwise.

``base`` is the part that every language has; another part that a language lacks is English. The words of the
interface (buttons, labels) stand apart, see :mod:`solutions.content.interface_reader`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from portals.catalog import PortalType
from solutions.content.errors import BadContent
from solutions.content.interface_reader import ENGLISH, interface, strings_checked
from solutions.content.values import PageText, Texts

FOLDER = Path(__file__).parent / "texts"

_PARTS = {"pages", "types", "samples"}
_PAGE_KEYS = {"title", "link", "summary", "copy"}


@cache
def languages() -> frozenset[int]:
    """The languages that the starter content is written in."""
    return frozenset(int(path.parent.name) for path in FOLDER.glob("*/base.toml"))


def content_language(lcid: int) -> int:
    """In which language a portal of that language gets its pages: its own where we have it, English otherwise."""
    return lcid if lcid in languages() else ENGLISH


@cache
def texts(portal_type: PortalType, lcid: int) -> Texts:
    """The words of a portal type: interface in the portal language ``lcid``, pages in its :func:`content_language`.

    Raises:
        BadContent: a file is not as it must be.
    """
    found = Texts(lcid, interface(lcid), {}, {})
    for part in sorted(path.stem for path in (FOLDER / str(ENGLISH)).glob("*.toml")):
        found = _laid_over(found, part, content_language(lcid), portal_type)
    return found


def _laid_over(below: Texts, part: str, lcid: int, portal_type: PortalType) -> Texts:
    path = FOLDER / str(lcid) / f"{part}.toml"
    path = path if path.exists() else FOLDER / str(ENGLISH) / f"{part}.toml"
    try:
        own = texts_make(tomllib.loads(path.read_text("utf-8")), portal_type, below.lcid)
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadContent(f"texts/{path.parent.name}/{path.name}: {wrong}") from wrong
    return Texts(
        below.lcid,
        {**below.snippets, **own.snippets},
        {**below.pages, **own.pages},
        {**below.samples, **own.samples},
    )


def texts_make(entries: Mapping[str, Any], portal_type: PortalType, lcid: int) -> Texts:
    """The type's words laid over the shared ones.

    Raises:
        ValueError: an unknown part, or a page without a title.
    """
    if unknown := entries.keys() - _PARTS:
        raise ValueError(f"the parts {sorted(unknown)} are unknown.")
    types = entries.get("types", {})
    if unknown := types.keys() - set(PortalType.values):
        raise ValueError(f"{sorted(unknown)} are no portal types.")
    own = types.get(portal_type.value, {})
    pages = {**entries.get("pages", {}), **own.get("pages", {})}
    samples = {**entries.get("samples", {}), **own.get("samples", {})}
    words = strings_checked(own.get("snippets", {}))
    return Texts(lcid, words, {key: _page(key, page) for key, page in pages.items()}, samples)


def _page(key: str, entries: dict[str, str]) -> PageText:
    if unknown := entries.keys() - _PAGE_KEYS:
        raise ValueError(f"the page {key} has the unknown keys {sorted(unknown)}.")
    if not entries.get("title"):
        raise ValueError(f"the page {key} has no title.")
    copy = MarkdownIt("commonmark", {"html": False}).enable("table").render(entries.get("copy", "").strip())
    return PageText(entries["title"], entries.get("link", entries["title"]), entries.get("summary", ""), copy)
