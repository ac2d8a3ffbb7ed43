"""Words of a text, without case and accents, and where they stand in it."""

from __future__ import annotations

import re
import unicodedata

from liquid import Markup, escape

EXCERPT = 220  # characters
_WORD = re.compile(r"\w+")
# Scripts that put no space between words: each sign is a word.
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def words_of(text: str) -> list[str]:
    """The words, without case and accents: "Größe" finds "grosse" and "große"."""
    return _WORD.findall(_SIGNS.sub(r" \g<0> ", _plain(text)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def first_hit(text: str, terms: list[str]) -> int | None:
    """Where the first of the words begins."""
    return next((match.start() for match in _WORD.finditer(text) if _is_hit(match[0], terms)), None)


def piece_of(text: str, terms: list[str]) -> str:
    """Some :data:`EXCERPT` characters around the first hit, cut between words."""
    start = max((first_hit(text, terms) or 0) - EXCERPT // 4, 0)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    piece = text[start : start + EXCERPT]
    cut = piece.rsplit(" ", 1)[0] if start + EXCERPT < len(text) and " " in piece else piece
    return ("… " if start else "") + cut + (" …" if start + len(cut) < len(text) else "")


def marked(text: str, terms: list[str]) -> Markup:
    """``text`` escaped, each hit word within ``<mark>``."""
    parts: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        if _is_hit(match[0], terms):
            parts += [str(escape(text[end : match.start()])), f"<mark>{escape(match[0])}</mark>"]
            end = match.end()
    return Markup("".join([*parts, str(escape(text[end:]))]))


def _is_hit(word: str, terms: list[str]) -> bool:
    return _plain(word).startswith(tuple(terms))
