"""Search over one edition: every word typed must begin a word of the text; the best places first."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from liquid import Markup, escape

from websites.site.cleaning import html_text
from websites.site.values import Edition

QUERY_LIMIT = 200  # characters
TERMS_LIMIT = 10
PREFIXES_LIMIT = 200  # words that one typed beginning may stand for
EXCERPT = 220  # characters
_WORD = re.compile(r"\w+")
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TITLE, KEYWORDS, SUMMARY, BODY = 8.0, 5.0, 3.0, 1.0


@dataclass(frozen=True)
class Document:
    """Something that can be found. ``kind`` is ``article`` or ``page``; ``key`` is its number or page id."""

    kind: str
    key: str
    title: str
    summary: str
    keywords: str
    body: str


@dataclass(frozen=True)
class Hit:
    """A found document, its title and the best piece of its text with the words marked."""

    document: Document
    title: Markup
    excerpt: Markup


def words_of(text: str) -> list[str]:
    """The words, without case and accents: "Größe" finds "grosse" and "große"."""
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def documents_of(edition: Edition) -> list[Document]:
    """The articles, and the pages that do not stay out of the search."""
    articles = [
        Document(
            "article", article.number, article.title, article.description, " ".join(article.keywords), article.text
        )
        for article in edition.articles.values()
    ]
    skipped = {edition.markers[name].id for name in _PLACES if name in edition.markers}
    pages = [
        Document("page", page.id, page.title, page.summary, "", html_text(_LIQUID.sub(" ", page.copy)))
        for page in edition.pages.values()
        if page.id not in skipped and not page.is_excluded_from_search
    ]
    return [*articles, *pages]


_PLACES = ("Search", "Page Not Found", "Access Denied", "Knowledge Article")


class Index:
    """An inverted index: word -> documents and how much the word weighs there."""

    def __init__(self, edition: Edition) -> None:
        self.documents = documents_of(edition)
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for number, document in enumerate(self.documents):
            self._add(number, document)
        self._vocabulary = sorted(self._weights)

    def _add(self, number: int, document: Document) -> None:
        fields = (
            (document.title, TITLE),
            (document.keywords, KEYWORDS),
            (document.summary, SUMMARY),
            (document.body, BODY),
        )
        for text, weight in fields:
            for word in words_of(text):
                found = self._weights[word]
                found[number] = found.get(number, 0.0) + weight

    def search(self, query: str) -> list[Hit]:
        """All documents that hold every word of ``query``, best first; equal ones by title."""
        terms = list(dict.fromkeys(words_of(query)))[:TERMS_LIMIT]
        if not terms:
            return []
        scores = [self._scores(term) for term in terms]
        everywhere = set.intersection(*(set(score) for score in scores))
        ranked = sorted(everywhere, key=lambda n: (-sum(score[n] for score in scores), self.documents[n].title))
        return [_hit(self.documents[number], terms) for number in ranked]

    def _scores(self, term: str) -> dict[int, float]:
        scores: dict[int, float] = {}
        for word in self._beginning_with(term):
            found = self._weights[word]
            rarity = math.log(1 + len(self.documents) / len(found)) * (2.0 if word == term else 1.0)
            for number, weight in found.items():
                scores[number] = scores.get(number, 0.0) + rarity * math.log1p(weight)
        return scores

    def _beginning_with(self, term: str) -> list[str]:
        start = bisect_left(self._vocabulary, term)
        end = bisect_left(self._vocabulary, term + "\U0010ffff", lo=start)
        return self._vocabulary[start : min(end, start + PREFIXES_LIMIT)]


def _hit(document: Document, terms: list[str]) -> Hit:
    text = document.body if _first(document.body, terms) is not None else document.summary or document.body
    return Hit(document, _marked(document.title, terms), _marked(_piece(text, terms), terms))


def _first(text: str, terms: list[str]) -> int | None:
    """Where the first of the words begins."""
    return next((match.start() for match in _WORD.finditer(text) if _is_hit(match[0], terms)), None)


def _piece(text: str, terms: list[str]) -> str:
    """Some :data:`EXCERPT` characters around the first hit, cut between words."""
    start = max((_first(text, terms) or 0) - EXCERPT // 4, 0)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    piece = text[start : start + EXCERPT]
    cut = piece.rsplit(" ", 1)[0] if start + EXCERPT < len(text) and " " in piece else piece
    return ("… " if start else "") + cut + (" …" if start + len(cut) < len(text) else "")


def _marked(text: str, terms: list[str]) -> Markup:
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
