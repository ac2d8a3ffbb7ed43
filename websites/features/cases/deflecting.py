"""Which articles may answer a case before it is opened: those that share the rarest words with its title."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

from websites.search.words import words_of
from websites.site.values import Article, Edition

MOST = 5
SHORTEST = 3  # letters of a word that counts; fewer are small change in every language with letters


def articles_for(edition: Edition, title: str, count: int = MOST) -> list[Article]:
    """The best ones first. Every word counts for itself: nobody describes a problem in the article's words."""
    wanted = {word for word in words_of(title[:500]) if len(word) >= SHORTEST or not word.isascii()}
    heads = {article.number: _head(article) for article in edition.articles.values()}
    spread = Counter(word for head in heads.values() for word in wanted if _has(head, word))
    scores = {
        number: sum(math.log(1 + len(heads) / spread[word]) for word in wanted if _has(head, word))
        for number, head in heads.items()
    }
    likely = [article for article in edition.articles.values() if scores[article.number] > _least(len(heads))]
    return sorted(likely, key=lambda article: (-scores[article.number], -article.views, article.title))[:count]


def _least(articles: int) -> float:
    """A word that most articles have says nothing."""
    return math.log(1 + 1 / 0.6) if articles > 2 else 0.0


def _has(head: frozenset[str], word: str) -> bool:
    """The word, or, of longer ones, one that begins with it or that it begins with: leaks, leak, leaking."""
    return word in head or (
        len(word) > SHORTEST
        and any(other.startswith(word) or (word.startswith(other) and len(other) > SHORTEST) for other in head)
    )


def _head(article: Article) -> frozenset[str]:
    return _words(f"{article.title} {article.description} {' '.join(article.keywords)}")


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in words_of(text) if len(word) >= SHORTEST or not word.isascii())
