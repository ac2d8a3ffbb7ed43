"""Asks the projection: every typed word must begin a word of the text; the best places first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length
from liquid import Markup

from websites.search.models import SearchEntry, SearchWord
from websites.search.projection import mark_of
from websites.search.words import first_hit, marked, piece_of, words_of

TERMS_LIMIT = 10
RANKED = 500  # of more hits than these, so many are looked at
SUGGESTED_FROM = 3_000  # words of the vocabulary that are compared with a mistyped one
SPANS = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30), "year": timedelta(days=365)}
_CANDIDATES = """
SELECT id, kind, category, rating, modified_on, title,
  ts_rank('{{0.1,0.3,0.6,1}}', vector, to_tsquery('simple', %(ranking)s)) AS rank
FROM websites_searchentry
WHERE portal_id = %(portal)s AND language = %(language)s AND vector @@ to_tsquery('simple', %(begins)s)
  AND access = ANY(%(accesses)s) AND (releases_at IS NULL OR releases_at <= %(now)s)
  AND (expires_at IS NULL OR expires_at > %(now)s) {narrowed}
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Question:
    """What somebody looks for.

    Args:
        accesses: rules that they satisfy, as :func:`websites.search.projection.access_of` writes them.
        kind, category, rating, modified: facets; rating is the least number of stars, modified a name of :data:`SPANS`.
    """

    portal_id: UUID
    language: str
    text: str
    accesses: tuple[str, ...]
    now: datetime
    kind: str = ""
    category: str = ""
    rating: int = 0
    modified: str = ""
    is_newest_first: bool = False

    @property
    def terms(self) -> list[str]:
        words = [part for word in words_of(self.text) for part in word.replace("_", " ").split()]
        return list(dict.fromkeys(words))[:TERMS_LIMIT]


@dataclass(frozen=True)
class Hit:
    """A found thing, its title and the best piece of its text with the words marked."""

    kind: str
    key: str
    url: str
    title: Markup
    excerpt: Markup
    category: str = ""
    rating: int | None = None
    modified_on: datetime | None = None


@dataclass(frozen=True)
class _Candidate:
    id: int
    kind: str
    category: str
    rating: int | None
    modified_on: datetime | None
    title: str
    rank: float


@dataclass(frozen=True)
class Answer:
    """All that was found, best first; :meth:`hits` makes those that are shown. ``counts`` are the facets'."""

    terms: tuple[str, ...] = ()
    candidates: tuple[_Candidate, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_more(self) -> bool:
        """Whether there are more than were looked at."""
        return len(self.candidates) == RANKED

    def hits(self, candidates: Iterable[_Candidate]) -> list[Hit]:
        wanted = [one.id for one in candidates]
        rows = SearchEntry.objects.in_bulk(wanted)
        return [_hit(rows[id_], list(self.terms)) for id_ in wanted if id_ in rows]


def search_ask(question: Question) -> Answer:
    """One query, whatever is found."""
    terms = question.terms
    if not terms or not question.accesses:
        return Answer()
    sql, values = _narrowed(question)
    mark = mark_of(question.portal_id, question.language)
    values |= {
        "begins": " & ".join([mark, *(f"{term}:*" for term in terms)]),
        "ranking": " | ".join(f"{term} | {term}:*" for term in terms),  # a whole word counts as two
        "portal": question.portal_id,
        "language": question.language,
        "accesses": list(question.accesses),
        "now": question.now,
        "limit": RANKED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES.format(narrowed=sql), values)
        found = [_Candidate(*row) for row in cursor.fetchall()]
    if question.is_newest_first:
        found.sort(key=lambda one: (one.modified_on.timestamp() if one.modified_on else 0.0, one.rank), reverse=True)
    else:
        found.sort(key=lambda one: (-one.rank, one.title))
    return Answer(tuple(terms), tuple(found), _counts(found, question.now))


def suggestion_for(question: Question) -> str:
    """What may have been meant where nothing was found: other words that are there together; "" without any."""
    words = [_nearest(question, term) for term in question.terms]
    if not all(words) or words == question.terms:
        return ""
    text = " ".join(words)
    other = Question(question.portal_id, question.language, text, question.accesses, question.now)
    return text if search_ask(other).candidates else ""


def _narrowed(question: Question) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    values: dict[str, Any] = {}
    for name in ("kind", "category"):
        if value := getattr(question, name):
            parts.append(f"AND {name} = %({name})s")
            values[name] = value
    if question.rating:
        parts.append("AND rating >= %(rating)s")
        values["rating"] = question.rating
    if question.modified in SPANS:
        parts.append("AND modified_on >= %(since)s")
        values["since"] = question.now - SPANS[question.modified]
    return " ".join(parts), values


def _counts(found: list[_Candidate], now: datetime) -> dict[str, dict[str, int]]:
    """How many there are of each kind and category, with at least so many stars, changed within each span."""
    stars = {str(least): sum((one.rating or 0) >= least for one in found) for least in (4, 3, 2, 1)}
    spans = {
        name: sum(one.modified_on is not None and one.modified_on >= now - span for one in found)
        for name, span in SPANS.items()
    }
    return {
        "kind": dict(Counter(one.kind for one in found).most_common()),
        "category": dict(Counter(one.category for one in found if one.category).most_common(12)),
        "rating": {name: count for name, count in stars.items() if count},
        "modified": {name: count for name, count in spans.items() if count},
    }


def _nearest(question: Question, term: str) -> str:
    """The word of the vocabulary that is nearest to ``term``, which may be the beginning of one; "" without any."""
    words = SearchWord.objects.filter(portal_id=question.portal_id, language=question.language)
    if words.filter(word__startswith=term).exists():
        return term
    most = 1 if len(term) < 6 else 2
    alike = Q(word__startswith=term[:1]) | Q(word__startswith=term[1:3]) | Q(word__endswith=term[-2:])
    near = words.annotate(length=Length("word")).filter(
        alike, length__gte=len(term) - most, length__lte=len(term) + most
    )
    near_words = near.values_list("word", flat=True)[:SUGGESTED_FROM]
    ranked = sorted((distance, word) for word in near_words if (distance := _distance(term, word, most)) <= most)
    return ranked[0][1] if ranked else ""


def _distance(one: str, other: str, most: int) -> int:
    """Letters to change, put in, take out or swap; more than ``most`` is not counted on."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _hit(entry: SearchEntry, terms: list[str]) -> Hit:
    text = entry.body if first_hit(entry.body, terms) is not None else entry.summary or entry.body
    return Hit(
        kind=entry.kind,
        key=entry.key,
        url=entry.url,
        title=marked(entry.title, terms),
        excerpt=marked(piece_of(text, terms), terms),
        category=entry.category,
        rating=entry.rating,
        modified_on=entry.modified_on,
    )
