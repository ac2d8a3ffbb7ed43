"""Reads knowledge articles: Markdown with a front matter of TOML between two lines of ``+++``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from solutions.content.errors import BadContent
from solutions.content.values import Article

FOLDER = Path(__file__).parent / "articles"
LONGEST_NOTE = 155  # characters of description and of keywords, as the table has them

_KEYS = {"number", "title", "description", "category", "keywords"}
_NUMBER = re.compile(r"^KA-\d{5}$")


@cache
def articles(lcid: int) -> Mapping[str, Article]:
    """Every article of a language by its slug.

    Raises:
        BadContent: a file is not as it must be.
    """
    read = [article_read(path) for path in sorted((FOLDER / str(lcid)).glob("*.md"))]
    numbers = [article.number for article in read]
    if len(set(numbers)) != len(numbers):
        raise BadContent(f"articles/{lcid}: two articles have the same number.")
    return {article.slug: article for article in read}


def article_read(path: Path) -> Article:
    """The article in ``path``.

    Raises:
        BadContent: no front matter, a key missing or unknown, a value too long, no text.
    """
    try:
        return _checked(path.stem, *_parts(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadContent(f"articles/{path.parent.name}/{path.name}: {wrong}") from wrong


def _parts(text: str) -> tuple[dict[str, str], str]:
    before, mark, rest = text.partition("+++\n")
    front, end, body = rest.partition("\n+++\n")
    if before.strip() or not mark or not end:
        raise ValueError("the front matter must stand first, between two lines of +++.")
    return tomllib.loads(front), body.strip()


def _checked(slug: str, front: dict[str, str], body: str) -> Article:
    if front.keys() != _KEYS:
        raise ValueError(f"the keys {sorted(front.keys() ^ _KEYS)} are missing or unknown.")
    if not _NUMBER.match(front["number"]):
        raise ValueError(f"{front['number']!r} is no article number such as KA-01001.")
    if "," in front["category"] or not front["category"] or not body:
        raise ValueError("an article needs a category (without commas) and a text.")
    keywords = tuple(word.strip() for word in front["keywords"].split(",") if word.strip())
    for note in (front["description"], ", ".join((front["category"], *keywords))):
        if len(note) > LONGEST_NOTE:
            raise ValueError(f"{note!r} is longer than {LONGEST_NOTE} characters.")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Article(slug, front["number"], front["title"], front["description"], front["category"], keywords, html)
