"""Keeps the projection like the site: what changed is written, what is gone is deleted, the rest is not touched."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Unavailable
from websites.search.documents import Document, documents_of, search_sources
from websites.search.models import SearchEntry, SearchState, SearchWord
from websites.search.words import words_of
from websites.site.loaded import LoadedSite
from websites.site.values import Edition

logger = logging.getLogger(__name__)
LIVE_EVERY = timedelta(seconds=60)  # rows that the site's version does not know of
CHUNK = 500
TEXT = 200_000  # characters of one text that are indexed
KEPT = 20_000  # … that are kept, for excerpts
WORD = 60
NOBODY = "-"
_INSERT = """
INSERT INTO websites_searchentry (portal_id, language, kind, key, digest, title, summary, body, url, category, rating,
  modified_on, access, releases_at, expires_at, vector)
SELECT %(portal)s, %(language)s, kind, key, digest, title, summary, body, url, category, rating, modified_on, access,
  releases_at, expires_at,
  setweight(to_tsvector('simple', title_words), 'A') || setweight(to_tsvector('simple', keyword_words), 'B')
  || setweight(to_tsvector('simple', summary_words), 'C') || to_tsvector('simple', body_words || ' ' || %(mark)s)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(kind text, key text, digest text, title text, summary text, body text,
  url text, category text, rating smallint, modified_on timestamptz, access text, releases_at timestamptz,
  expires_at timestamptz, title_words text, keyword_words text, summary_words text, body_words text)
ON CONFLICT (portal_id, language, kind, key) DO UPDATE SET digest = excluded.digest, title = excluded.title,
  summary = excluded.summary, body = excluded.body, url = excluded.url, category = excluded.category,
  rating = excluded.rating, modified_on = excluded.modified_on, access = excluded.access,
  releases_at = excluded.releases_at, expires_at = excluded.expires_at, vector = excluded.vector
"""


def mark_of(portal_id: UUID, language: str) -> str:
    """The word that stands in every row of this portal and language, and in no text."""
    return "qz" + hashlib.sha256(f"{portal_id}/{language}".encode()).hexdigest()[:20]


def access_of(readers: Iterable[frozenset[str]]) -> str:
    """The rules of a document as one text: "" for everybody, "-" for a rule that nobody satisfies."""
    return ";".join(sorted({",".join(sorted(rule)) or NOBODY for rule in readers}))


def state_of(portal_id: UUID, language: str) -> SearchState | None:
    return SearchState.objects.filter(portal_id=portal_id, language=language).first()


def is_due(state: SearchState | None, loaded: LoadedSite) -> bool:
    """Whether the projection may be behind the site."""
    if state is None or state.version != loaded.site.version:
        return True
    return any(source.is_live for source in search_sources()) and timezone.now() - state.read_at > LIVE_EVERY


def projection_refresh(portal_id: UUID, loaded: LoadedSite, edition: Edition) -> None:
    """Make the projection like the site. One process does so at a time; another one's work is not waited for."""
    language = edition.language.code
    with transaction.atomic():
        if not _locked(portal_id, language):
            return
        if not is_due(state_of(portal_id, language), loaded):
            return
        documents = {(one.kind, one.key): one for one in _all(loaded, edition)}
        _write(portal_id, language, documents)
        SearchState.objects.update_or_create(
            portal_id=portal_id,
            language=language,
            defaults={
                "version": loaded.site.version,
                "accesses": sorted({access_of(one.readers) for one in documents.values()}),
                "read_at": timezone.now(),
            },
        )


def _locked(portal_id: UUID, language: str) -> bool:
    key = int.from_bytes(hashlib.sha256(f"search/{portal_id}/{language}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def _all(loaded: LoadedSite, edition: Edition) -> Iterator[Document]:
    """A source that cannot be read now leaves its rows as they were, at the cost of reading them."""
    yield from documents_of(edition)
    for source in search_sources():
        try:
            yield from list(source.documents(loaded, edition))
        except Unavailable as problem:
            logger.warning("The search lacks what %s has: %s", source.name, problem)


def _write(portal_id: UUID, language: str, documents: Mapping[tuple[str, str], Document]) -> None:
    rows = SearchEntry.objects.filter(portal_id=portal_id, language=language)
    there = {(kind, key): digest for kind, key, digest in rows.values_list("kind", "key", "digest")}
    rows_wanted = (_row(document) for document in documents.values())
    changed = (row for row in rows_wanted if there.get((row["kind"], row["key"])) != row["digest"])
    while chunk := list(islice(changed, CHUNK)):
        _insert(portal_id, language, chunk)
    gone = there.keys() - {(kind, key[:200]) for kind, key in documents}
    for kind in {kind for kind, _ in gone}:
        rows.filter(kind=kind, key__in=[key for other, key in gone if other == kind]).delete()


def _insert(portal_id: UUID, language: str, rows: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        mark = mark_of(portal_id, language)
        cursor.execute(
            _INSERT, {"portal": portal_id, "language": language, "mark": mark, "rows": json.dumps(rows, default=str)}
        )
    words = {word for row in rows for name in _WORDS for word in str(row[name]).split() if 3 <= len(word) <= WORD}
    SearchWord.objects.bulk_create(
        [SearchWord(portal_id=portal_id, language=language, word=word) for word in sorted(words)],
        ignore_conflicts=True,
        batch_size=5_000,
    )


_WORDS = ("title_words", "keyword_words", "summary_words", "body_words")


def _row(document: Document) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": document.kind,
        "key": document.key[:200],
        "title": document.title.replace("\x00", ""),
        "summary": document.summary.replace("\x00", ""),
        "body": document.body[:KEPT].replace("\x00", ""),
        "url": document.url,
        "category": document.category[:200],
        "rating": document.rating,
        "modified_on": document.modified_on,
        "access": access_of(document.readers),
        "releases_at": document.releases_at,
        "expires_at": document.expires_at,
        "title_words": _words(document.title),
        "keyword_words": _words(document.keywords),
        "summary_words": _words(document.summary),
        "body_words": _words(document.body[:TEXT]),
    }
    row["digest"] = hashlib.sha256(json.dumps(row, default=str, sort_keys=True).encode()).hexdigest()[:40]
    return row


def _words(text: str) -> str:
    return " ".join(words_of(text)).replace("_", " ").replace("\x00", "")
