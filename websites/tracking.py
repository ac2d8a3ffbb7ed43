"""Capturing what signed-in visitors do, for the portal's analytics.

A page's author says what happened, while the page is made: ``interaction(scene, ARTICLE_VIEWED, id=…, text=…)``.
Whether it counts is decided here, when the page is finished: somebody is signed in, the portal captures such
interactions, and neither browser nor program at the other end speaks against it. It is written down when the answer
is out.
"""

from __future__ import annotations

import contextvars
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse

from analytics.services import Captured, captured_types, interaction_record, interactions_store
from websites.visit import Happened, Visit

if TYPE_CHECKING:
    from websites.objects.scene import Scene

logger = logging.getLogger(__name__)

ARTICLE_VIEWED = "portal_viewknowledgearticle"
BLOG_POST_VIEWED = "portal_viewblogpost"
FORUM_THREAD_VIEWED = "portal_viewforumthread"
SEARCHED = "portal_search"
CASE_CREATED = "portal_createcase"

STORED_EVERY, ASKED_EVERY, LONGEST_PAUSE = 1.0, 5.0, 30.0  # seconds
# Programs that say what they are. Those that do not are told by the sign-in that they lack.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|bot[_/-]|crawl|spider|slurp|headless|phantomjs|lighthouse|monitor|uptime|preview|archiver|scrap[ey]"
    r"|facebookexternalhit|mediapartners|feedfetcher|inspectiontool|whatsapp|python|curl/|wget|httpie|java/|okhttp"
    r"|go-http|libwww|httpclient|aiohttp|axios|node-fetch|undici|postman|insomnia",  # a Cubot is a telephone
    re.IGNORECASE,
)


def interaction(scene: Scene, name: str, *, id: str = "", text: str, found: int | None = None) -> None:
    """Say that the visitor does something on this page.

    Args:
        name: one of the constants of this module.
        id: of the article, post, thread or case.
        text: its title, or what was searched for.
        found: how many results a search had.
    """
    if scene.visit.visitor is not None and text:
        scene.visit.happened.append(Happened(name, id, text, scene.edition.language.code, found))


def track(request: HttpRequest, visit: Visit, response: HttpResponse) -> None:
    """Keep what happened on this visit until the answer is out, if it may be kept at all. It never breaks a page."""
    if not visit.happened or response.status_code >= 400 or not _is_welcome(request):
        return
    try:
        wanted = recorder().wanted(visit.portal.portal_id)
        found = tuple(_captured(visit, one) for one in visit.happened if one.name in wanted)
    except Exception:
        logger.exception("What a visitor does could not be captured")
        return
    if found:
        _waiting.set((*_waiting.get(), *found))


def _is_welcome(request: HttpRequest) -> bool:
    """Neither Do Not Track nor Global Privacy Control, no program, no page that is fetched in case it is wanted."""
    told = request.META
    if "1" in (told.get("HTTP_DNT"), told.get("HTTP_SEC_GPC")) or request.method == "HEAD":
        return False
    if "prefetch" in f"{told.get('HTTP_SEC_PURPOSE', '')}{told.get('HTTP_PURPOSE', '')}":
        return False
    return not _is_program(told.get("HTTP_USER_AGENT", ""))


@lru_cache(maxsize=500)  # browsers come in far fewer kinds than visitors
def _is_program(agent: str) -> bool:
    return not agent or _PROGRAM.search(agent) is not None


def _captured(visit: Visit, happened: Happened) -> Captured:
    visitor = visit.visitor
    assert visitor is not None  # noqa: S101 - interaction() looked
    return Captured(
        portal_id=visit.portal.portal_id,
        contact_id=uuid.UUID(visitor.contact_id),
        name=happened.name,
        text=happened.text,
        at=visit.now,
        item_id=happened.id,
        language=happened.language,
        session_id=str(visitor.session_id),
        results=happened.results,
    )


# --- After the answer

_waiting: contextvars.ContextVar[tuple[Captured, ...]] = contextvars.ContextVar("interactions", default=())


def _write_down(**_: object) -> None:
    """The answer is out: into the spool. Nothing that goes wrong here is the visitor's concern."""
    found = _waiting.get()
    if not found:
        return
    _waiting.set(())
    try:
        for captured in found:
            interaction_record(captured)
    except OSError:
        logger.exception("%s interactions could not be written down", len(found))


request_finished.connect(_write_down, dispatch_uid="websites.tracking")


@dataclass
class Recorder:
    """What one process knows of the portals' wishes, and the thread that makes rows of the spool's lines."""

    asked_at: float = float("-inf")
    _types: Mapping[uuid.UUID, frozenset[str]] | None = None

    def wanted(self, portal_id: uuid.UUID) -> frozenset[str]:
        """The types that the portal captures, as they were some seconds ago; one query, once a process."""
        if self._types is None:
            self.ask()
        return (self._types or {}).get(portal_id, frozenset())

    def ask(self) -> None:
        """Look which types are captured where."""
        self._types, self.asked_at = captured_types(), time.monotonic()

    def start(self) -> None:
        threading.Thread(target=self._run_forever, name="interactions", daemon=True).start()

    def _run_forever(self) -> None:
        pause = STORED_EVERY
        while True:
            time.sleep(pause)
            pause = STORED_EVERY if self.turn() else min(pause * 2, LONGEST_PAUSE)

    def turn(self) -> bool:
        """Make rows of what was written down, and ask again where it is time. Whether the database answered."""
        try:
            close_old_connections()
            interactions_store()
            if time.monotonic() - self.asked_at >= ASKED_EVERY:
                self.ask()
        except DatabaseError as away:
            logger.warning("The database is away; interactions stay in the spool: %s", str(away).partition("\n")[0])
            return False
        except Exception:
            logger.exception("Interactions stay in the spool for now")
            return False
        return True


_recorders: dict[int, Recorder] = {}


def recorder() -> Recorder:
    """This process's recorder."""
    return _recorders.setdefault(os.getpid(), Recorder())
