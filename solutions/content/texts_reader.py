"""Reads the words of a language, ``texts/<lcid>.toml``: what all portal types share, what one says otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from portals.catalog import PortalType
from solutions.content.errors import BadContent
from solutions.content.values import PageText, Texts

FOLDER = Path(__file__).parent / "texts"
ENGLISH = 1033

_PAGE_KEYS = {"title", "link", "summary", "copy"}


@cache
def languages() -> frozenset[int]:
    """The languages that the starter content is written in."""
    return frozenset(int(path.stem) for path in FOLDER.glob("*.toml"))


def content_language(lcid: int) -> int:
    """In which language a portal of that language gets its words: its own where we have it, English otherwise."""
    return lcid if lcid in languages() else ENGLISH


@cache
def texts(portal_type: PortalType, lcid: int) -> Texts:
    """The words of a portal type in a language that :func:`languages` holds.

    Raises:
        BadContent: the file is not as it must be.
    """
    path = FOLDER / f"{lcid}.toml"
    try:
        return texts_make(tomllib.loads(path.read_text("utf-8")), portal_type, lcid)
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadContent(f"texts/{path.name}: {wrong}") from wrong


def texts_make(entries: Mapping[str, Any], portal_type: PortalType, lcid: int) -> Texts:
    """The type's words laid over the shared ones.

    Raises:
        ValueError: an unknown part, or a page without a title.
    """
    if unknown := entries.keys() - {"snippets", "pages", "types"}:
        raise ValueError(f"the parts {sorted(unknown)} are unknown.")
    if unknown := entries["types"].keys() - set(PortalType.values):
        raise ValueError(f"{sorted(unknown)} are no portal types.")
    own = entries["types"].get(portal_type.value, {})
    snippets = {**entries["snippets"], **own.get("snippets", {})}
    pages = {**entries["pages"], **own.get("pages", {})}
    return Texts(lcid, _strings(snippets), {key: _page(key, page) for key, page in pages.items()})


def _page(key: str, entries: dict[str, str]) -> PageText:
    if unknown := entries.keys() - _PAGE_KEYS:
        raise ValueError(f"the page {key} has the unknown keys {sorted(unknown)}.")
    if not entries.get("title"):
        raise ValueError(f"the page {key} has no title.")
    copy = MarkdownIt("commonmark", {"html": False}).enable("table").render(entries.get("copy", "").strip())
    return PageText(entries["title"], entries.get("link", entries["title"]), entries.get("summary", ""), copy)


def _strings(entries: dict[str, Any]) -> dict[str, str]:
    if odd := [name for name, value in entries.items() if not isinstance(value, str)]:
        raise ValueError(f"the snippets {odd} are no texts.")
    return entries
