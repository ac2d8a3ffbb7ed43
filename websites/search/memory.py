"""Search in this process's memory, over pages and articles: for the time when the database is away."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from websites.search.documents import Document
from websites.search.words import words_of

TERMS_LIMIT = 10
PREFIXES_LIMIT = 200  # words that one typed beginning may stand for
TITLE, KEYWORDS, SUMMARY, BODY = 8.0, 5.0, 3.0, 1.0


class Index:
    """An inverted index: word -> documents and how much the word weighs there."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
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

    def search(self, query: str) -> list[Document]:
        """All documents that hold every word of ``query``, best first; equal ones by title."""
        terms = list(dict.fromkeys(words_of(query)))[:TERMS_LIMIT]
        if not terms:
            return []
        scores = [self._scores(term) for term in terms]
        everywhere = set.intersection(*(set(score) for score in scores))
        ranked = sorted(everywhere, key=lambda n: (-sum(score[n] for score in scores), self.documents[n].title))
        return [self.documents[number] for number in ranked]

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
