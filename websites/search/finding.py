"""What a scene's visitor finds: the projection is brought up to date and asked; without a database, memory answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import close_old_connections

from websites.objects.scene import Scene
from websites.search.asking import Answer, Hit, Question, search_ask, suggestion_for
from websites.search.documents import Document
from websites.search.projection import is_due, projection_refresh, state_of
from websites.search.words import first_hit, marked, piece_of, words_of
from websites.site.loaded import LoadedSite
from websites.site.values import Edition

logger = logging.getLogger(__name__)
QUERY_LIMIT = 200  # characters
AT_ONCE = 2_000  # pages and articles: so many are brought up to date while the visitor waits


class Found:
    """The outcome of a search, made piece by piece as a page asks for it."""

    def __init__(self, scene: Scene, answer: Answer, question: Question | None, documents: Sequence[Document]) -> None:
        self._scene, self._question, self._documents = scene, question, documents
        self.answer = answer

    @property
    def total(self) -> int:
        return len(self._documents) or len(self.answer.candidates)

    def hits(self, start: int, end: int) -> list[Hit]:
        """Those that are shown on one page."""
        if self._question is None:
            terms = words_of(self._scene.visit.params.get("q", ""))
            return [_hit(document, terms) for document in self._documents[start:end]]
        return self.answer.hits(self.answer.candidates[start:end])

    def suggestion(self) -> str:
        """What may have been meant where nothing was found."""
        return suggestion_for(self._question) if self._question and not self.total else ""


def search_find(
    scene: Scene,
    text: str,
    *,
    kind: str = "",
    category: str = "",
    rating: int = 0,
    modified: str = "",
    is_newest_first: bool = False,
) -> Found:
    """Everything that this visitor may see and that ``text`` finds."""
    portal_id, language = scene.visit.portal.portal_id, scene.edition.language.code
    try:
        accesses = _accesses(scene, portal_id)
        question = Question(
            portal_id, language, text[:QUERY_LIMIT], accesses, scene.visit.now, kind, category, rating, modified,
            is_newest_first,
        )  # fmt: skip
        return Found(scene, search_ask(question), question, ())
    except DatabaseError:
        logger.warning("The search answers from memory: the database is away", extra={"portal_id": str(portal_id)})
        shown = [one for one in scene.loaded.index(scene.edition).search(text) if _may_be_shown(scene, one)]
        return Found(scene, Answer(), None, shown)


def _accesses(scene: Scene, portal_id: UUID) -> tuple[str, ...]:
    """The rules that the visitor satisfies, of those that the projection's rows are read under."""
    state = state_of(portal_id, scene.edition.language.code)
    if is_due(state, scene.loaded):
        edition = scene.edition
        if state is None or len(edition.pages) + len(edition.articles) <= AT_ONCE:
            projection_refresh(portal_id, scene.loaded, edition)
        else:
            _refresher().submit(_refresh_quietly, portal_id, scene.loaded, edition)
        state = state_of(portal_id, edition.language.code)
    roles = scene.access.role_ids
    known = state.accesses if state else [""]
    return tuple(
        rule for rule in known if all(not roles.isdisjoint(part.split(",")) for part in rule.split(";") if part)
    )


@cache
def _refresher() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-refresher")


def _refresh_quietly(portal_id: UUID, loaded: LoadedSite, edition: Edition) -> None:
    close_old_connections()
    try:
        projection_refresh(portal_id, loaded, edition)
    except Exception:
        logger.exception("The search was not brought up to date", extra={"portal_id": str(portal_id)})
    finally:
        close_old_connections()


def _may_be_shown(scene: Scene, document: Document) -> bool:
    page = scene.edition.pages.get(document.key) if document.kind == "page" else None
    return page is None or scene.may_be_shown(page)


def _hit(document: Document, terms: list[str]) -> Hit:
    text = document.body if first_hit(document.body, terms) is not None else document.summary or document.body
    title, excerpt = marked(document.title, terms), marked(piece_of(text, terms), terms)
    return Hit(document.kind, document.key, document.url, title, excerpt, document.category, document.rating)
