"""What signed-in visitors do is captured, after the answer, and nobody else's doing is."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from analytics.buffer.spool import Spool
from analytics.models import Interaction, InteractionType
from analytics.services import recording
from portals.models import Portal
from tests.builders.analytics import connected
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Answer, Visitor
from websites import tracking
from websites.tracking import Recorder, recorder

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def portal(visitor: Visitor, site: SiteInMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A portal with an article that is connected to a hub, and a visitor who is signed in there."""
    made = Spool(tmp_path / "spool")
    monkeypatch.setattr(recording, "spool", lambda: made)
    monkeypatch.setattr(tracking, "_recorders", {})
    site.article("KA-1", "Reset a printer")
    found = open_portal(site.id)
    connected(found)
    visitor.cookie = signed_in(found)
    return found


def browse(visitor: Visitor, address: str, **headers: str) -> Answer:
    return visitor.get(address, body=b"", **{"user_agent": BROWSER, **headers})


def seen() -> list[dict[str, Any]]:
    assert recorder().turn()
    return [json.loads(row.payload) for row in Interaction.objects.order_by("id")]


def test_reading_an_article_is_captured_with_all_its_fields(visitor: Visitor, portal: Portal) -> None:
    assert browse(visitor, "/knowledgebase/article/KA-1/").status == 200
    [found] = seen()
    id, session = uuid.UUID(found.pop("portal_interactionid")), uuid.UUID(found.pop("portal_sessionid"))
    assert id != session
    assert found.pop("portal_timestamp").endswith("Z")
    assert uuid.UUID(found.pop("portal_knowledgearticleid"))
    assert found == {
        "InteractionType": "portal_viewknowledgearticle",
        "portal_knowledgetitle": "Reset a printer",
        "portal_contactid": str(MARIA),
        "portal_portalid": str(portal.pk),
        "portal_language": "en-US",
    }


def test_a_search_is_captured_as_it_was_typed_and_leafing_is_not(visitor: Visitor, portal: Portal) -> None:
    browse(visitor, "/search/?q=printer+%28jams%29")
    browse(visitor, "/search/?q=printer+%28jams%29&page=2")
    browse(visitor, "/search/?q=")
    browse(visitor, "/search/?q=" + "x" * 300)
    [found] = seen()
    assert (found["InteractionType"], found["portal_searchstring"]) == ("portal_search", "printer (jams)")
    assert found["portal_resultcount"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"dnt": "1"},
        {"sec_gpc": "1"},
        {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user_agent": "python-requests/2.32"},
        {"user_agent": ""},
        {"sec_purpose": "prefetch;prerender"},
    ],
)
def test_who_does_not_want_it_is_not_captured(visitor: Visitor, portal: Portal, headers: dict[str, str]) -> None:
    assert browse(visitor, "/knowledgebase/article/KA-1/", **headers).status == 200
    assert seen() == []


@pytest.mark.parametrize(
    ("agent", "is_program"),
    [
        (BROWSER, False),
        ("Mozilla/5.0 (Linux; Android 14; CUBOT X30) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", False),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            False,
        ),
        ("facebookexternalhit/1.1", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("archive.org_bot", True),
        ("Scrapy/2.13 (+https://scrapy.org)", True),
        ("axios/1.9", True),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            True,
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36", True),
        ("Apache-HttpClient/5.4 (Java/21)", True),
        ("", True),
    ],
)
def test_programs_are_told_from_people(agent: str, is_program: bool) -> None:
    assert tracking._is_program(agent) is is_program


def test_who_is_not_signed_in_is_not_captured(visitor: Visitor, portal: Portal) -> None:
    visitor.cookie = ""
    browse(visitor, "/knowledgebase/article/KA-1/")
    assert seen() == []


def test_nothing_is_captured_of_what_is_not_there_and_of_a_head(visitor: Visitor, portal: Portal) -> None:
    assert browse(visitor, "/knowledgebase/article/KA-9/").status == 404
    visitor.get("/knowledgebase/article/KA-1/", method="HEAD", user_agent=BROWSER)
    assert seen() == []


def test_a_switch_that_is_off_a_deleted_type_and_another_portal_capture_nothing(
    visitor: Visitor, portal: Portal, site: SiteInMemory
) -> None:
    InteractionType.objects.filter(name="portal_search").update(is_on=False)
    recorder().ask()
    browse(visitor, "/search/?q=printer")
    assert seen() == []
    other = open_portal(site.id, subdomain="other")
    visitor.cookie = signed_in(other)
    visitor.get("/knowledgebase/article/KA-1/", host="other.portals.localhost:8443", user_agent=BROWSER)
    assert seen() == []


def test_a_process_that_cannot_ask_what_is_captured_shows_its_pages(
    visitor: Visitor, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(tracking, "captured_types", away)
    assert browse(visitor, "/knowledgebase/article/KA-1/").status == 200


def test_a_full_disk_breaks_no_page(visitor: Visitor, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Spool, line: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "append", full)
    assert browse(visitor, "/knowledgebase/article/KA-1/").status == 200
    monkeypatch.undo()


def test_a_database_that_is_away_leaves_the_lines_where_they_are(
    visitor: Visitor, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse(visitor, "/search/?q=printer")

    def away() -> int:
        raise OperationalError("away")

    monkeypatch.setattr(tracking, "interactions_store", away)
    assert not recorder().turn()
    monkeypatch.setattr(tracking, "interactions_store", recording.interactions_store)
    assert len(seen()) == 1


@pytest.fixture(autouse=True)
def _connections_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorder's thread drops broken connections; here the test's transaction is in one."""
    monkeypatch.setattr(tracking, "close_old_connections", lambda: None)


def test_a_process_asks_what_is_captured_once_and_then_now_and_then(visitor: Visitor, portal: Portal) -> None:
    own = Recorder()
    assert "portal_search" in own.wanted(portal.pk)
    InteractionType.objects.all().delete()
    assert own.wanted(portal.pk)
    own.asked_at -= 10
    own.turn()
    assert own.wanted(portal.pk) == frozenset()
