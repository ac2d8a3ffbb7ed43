"""Articles beyond their text: views that are counted, stars and comments of visitors."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import OperationalError

from organizations.client import organization_client
from portals.models import Portal
from tests.builders.organizations import contoso
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, open_portal, runtime_of, starter_site
from tests.websites.visitor import Visitor
from websites.runtime import Runtime
from websites.viewcounts.models import ArticleViewCount
from websites.viewcounts.telling import views_purge, views_tell

ARTICLE = "/knowledgebase/article/KA-01001/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture
def portal(rows: RowsInMemory, visitor: Visitor) -> Portal:
    return open_portal(starter_site(rows, "customer_self_service"))


@pytest.fixture
def article(rows: RowsInMemory, portal: Portal) -> str:
    """The article's id."""
    found = rows.tables["knowledgearticles"].items()
    return next(id for id, row in found if row["articlepublicnumber"] == "KA-01001")


@pytest.fixture
def maria(visitor: Visitor, portal: Portal) -> None:
    visitor.cookie = signed_in(portal)


def comments_in(rows: RowsInMemory) -> list[str]:
    return [row["comments"] for row in rows.tables.get("feedback", {}).values() if row.get("comments")]


# --- Views


def test_every_read_of_an_article_counts_whether_its_page_is_made_or_finished(
    visitor: Visitor, held: Runtime, article: str, portal: Portal
) -> None:
    for _ in range(3):
        visitor.get(ARTICLE, user_agent=FIREFOX)
    visitor.cookie = signed_in(portal)
    visitor.get(ARTICLE, user_agent=FIREFOX)
    visitor.get("/knowledgebase/", user_agent=FIREFOX)
    assert [held.views.flush(), held.views.flush()] == [4, 0]
    found = ArticleViewCount.objects.get()
    assert (str(found.article_id), found.count, found.told) == (article, 4, 0)


@pytest.mark.parametrize(
    ("method", "agent", "purpose"),
    [("GET", "Googlebot/2.1", ""), ("GET", FIREFOX, "prefetch;prerender"), ("HEAD", FIREFOX, "")],
)
def test_programs_and_pages_fetched_ahead_do_not_count(
    visitor: Visitor, held: Runtime, article: str, method: str, agent: str, purpose: str
) -> None:
    for _ in range(2):
        visitor.get(ARTICLE, method=method, user_agent=agent, sec_purpose=purpose)
    assert held.views.flush() == 0


def test_views_wait_while_the_database_is_away(visitor: Visitor, held: Runtime, article: str) -> None:
    visitor.get(ARTICLE, user_agent=FIREFOX)
    with patch("websites.viewcounts.counting.views_add", side_effect=OperationalError):
        assert held.views.flush() == 0
    visitor.get(ARTICLE, user_agent=FIREFOX)
    assert held.views.flush() == 2


def test_two_processes_add_up(visitor: Visitor, held: Runtime, article: str, portal: Portal) -> None:
    other = runtime_of(RowsInMemory(), held.sites._folder)
    for counter in (held.views, other.views, other.views):
        counter.count(portal.pk, article, {"REQUEST_METHOD": "GET"})
        counter.flush()
    assert ArticleViewCount.objects.get().count == 3


def test_the_organization_is_told_the_days_whole_count_once(
    rows: RowsInMemory, held: Runtime, article: str, portal: Portal
) -> None:
    held.views.count(portal.pk, article, {"REQUEST_METHOD": "GET"})
    held.views.flush()
    rows.is_away = True
    with patch.object(RowsInMemory, "upsert", side_effect=lambda *_: next(rows.rows("x"))):
        assert views_tell(lambda _: rows) == 0
    rows.is_away = False
    assert [views_tell(lambda _: rows), views_tell(lambda _: rows)] == [1, 0]
    held.views.count(portal.pk, article, {"REQUEST_METHOD": "GET"})
    held.views.flush()
    views_tell(lambda _: rows)
    (told,) = rows.tables["knowledgearticleviews"].values()
    assert (told["knowledgearticleview"], told["_knowledgearticleid_value"]) == (2, article)
    assert told["viewdate"] == f"{datetime.now(UTC):%Y-%m-%d}T00:00:00Z"
    ArticleViewCount.objects.update(day="2026-01-01")
    assert views_purge() == 1


@pytest.mark.django_db
def test_the_organization_sums_up_views_and_ratings_in_the_article() -> None:
    article, other = uuid.uuid4(), uuid.uuid4()
    with organization_client(contoso()) as client:
        locale = next(client.rows("languagelocale", select=("languagelocaleid",), filter="localeid eq 1033"))
        language = {"languagelocaleid@odata.bind": f"/languagelocale({locale['languagelocaleid']})"}
        for id_ in (article, other):
            client.upsert("knowledgearticles", id_, {"title": "A", **language})
        about = {"regardingobjectid_knowledgearticle@odata.bind": f"/knowledgearticles({article})"}
        ratings = [uuid.uuid4(), uuid.uuid4()]
        for id_, stars in zip(ratings, (5, 2), strict=True):
            client.upsert("feedback", id_, {"title": "Rating", "rating": stars, **about})
        view = {"knowledgearticleid@odata.bind": f"/knowledgearticles({article})"}
        for number in (3, 4):
            client.upsert("knowledgearticleviews", uuid.uuid4(), {"knowledgearticleview": number, **view})
        columns = ("rating", "rating_count", "knowledgearticleviews")
        first = client.row("knowledgearticles", article, select=columns)
        client.upsert("feedback", ratings[0], {"rating": 4})
        client.delete("feedback", ratings[1])
        then = client.row("knowledgearticles", article, select=columns)
        untouched = client.row("knowledgearticles", other, select=columns)
    assert [first[column] for column in columns] == [3.5, 2, 7] if first else False
    assert [then[column] for column in columns] == [4, 1, 7] if then else False
    assert [untouched[column] for column in columns] == [None, None, 0] if untouched else False


# --- Stars


def test_a_rating_is_one_row_for_each_contact(visitor: Visitor, rows: RowsInMemory, article: str, maria: None) -> None:
    answer = visitor.post(ARTICLE, {"_action": "rate", "rating": "2"})
    assert (answer.status, answer.headers["location"]) == (303, f"{ARTICLE}?notice=rated")
    visitor.post(ARTICLE, {"_action": "rate", "rating": "5"})
    (row,) = rows.tables["feedback"].values()
    assert (row["rating"], row["maxrating"], row["_regardingobjectid_value"]) == (5, 5, article)
    assert row["_createdbycontact_value"] == str(MARIA)
    assert "You gave 5 of 5." in visitor.get(f"{ARTICLE}?notice=rated").text


def test_the_mean_of_all_ratings_is_shown(visitor: Visitor, rows: RowsInMemory, article: str) -> None:
    rows.put("knowledgearticles", article, rating=4.25, rating_count=8)
    assert "4.2 of 5 stars, rated by 8" in visitor.get(ARTICLE).text


@pytest.mark.parametrize("stars", ["0", "6", "", "4.5", "five"])
def test_what_is_no_number_of_stars_is_refused(
    visitor: Visitor, rows: RowsInMemory, article: str, maria: None, stars: str
) -> None:
    assert visitor.post(ARTICLE, {"_action": "rate", "rating": stars}).status == 400
    assert not rows.tables.get("feedback")


def test_strangers_neither_rate_nor_comment(visitor: Visitor, rows: RowsInMemory, article: str) -> None:
    page = visitor.get(ARTICLE).text
    assert "Sign in to comment" in page
    assert 'name="rating"' not in page
    assert visitor.post(ARTICLE, {"_action": "rate", "rating": "5"}).status == 403
    assert visitor.post(ARTICLE, {"_action": "comment", "comment": "Hello"}).status == 403
    assert not rows.tables.get("feedback")


# --- Comments


def test_a_comment_is_shown_at_once_to_its_author_and_is_one_row_however_often_it_is_sent(
    visitor: Visitor, rows: RowsInMemory, article: str, maria: None
) -> None:
    sent = {"_action": "comment", "comment": "It works.\n\nThank you", "_once": "word"}
    answer = visitor.post(ARTICLE, sent)
    visitor.post(ARTICLE, sent)
    assert answer.headers["location"] == f"{ARTICLE}?notice=comment-added#comments"
    assert comments_in(rows) == ["It works.\n\nThank you"]
    (row,) = rows.tables["feedback"].values()
    rows.put("feedback", next(iter(rows.tables["feedback"])), _regardingobjectid_value=article, createdon="2026-11-01")
    page = visitor.get(f"{ARTICLE}?notice=comment-added").text
    assert "<p>It works.</p><p>Thank you</p>" in page
    assert "Your comment is published." in page
    assert row["adx_approved"] is True


def test_comments_are_part_of_the_site_and_cost_the_organization_nothing(
    visitor: Visitor, rows: RowsInMemory, article: str
) -> None:
    values = {"statecode": 0, "adx_contactusername": "Paul Cannon", "_regardingobjectid_value": article}
    rows.put("feedback", str(uuid.uuid4()), comments="Seen by all", adx_approved=True, createdon="2026-11-02", **values)
    rows.put("feedback", str(uuid.uuid4()), comments="Not yet", adx_approved=False, createdon="2026-11-03", **values)
    visitor.get("/")
    before = len(rows.calls)
    page = visitor.get(ARTICLE).text
    assert "Seen by all" in page
    assert "Paul Cannon" in page
    assert "Not yet" not in page
    assert len(rows.calls) == before


def test_a_moderated_comment_waits(visitor: Visitor, rows: RowsInMemory, portal: Portal, article: str) -> None:
    setting = next(id for id, row in rows.tables["adx_sitesettings"].items() if row["adx_name"] == "Knowledge/Comments")
    rows.put("adx_sitesettings", setting, adx_value="moderated")
    visitor.cookie = signed_in(portal)
    answer = visitor.post(ARTICLE, {"_action": "comment", "comment": "Let me in", "_once": "w"})
    assert "notice=comment-waiting" in answer.headers["location"]
    id_ = next(iter(rows.tables["feedback"]))
    rows.put("feedback", id_, _regardingobjectid_value=article, createdon="2026-11-01T08:00:00Z")
    assert "Waiting for approval" in visitor.get(f"{ARTICLE}?notice=comment-waiting").text
    visitor.cookie = signed_in(portal, contact_id=uuid.uuid4(), name="Paul")
    assert "Let me in" not in visitor.get(f"{ARTICLE}?notice=comment-waiting").text


def test_comments_that_are_closed_take_nothing(visitor: Visitor, rows: RowsInMemory, article: str, maria: None) -> None:
    setting = next(id for id, row in rows.tables["adx_sitesettings"].items() if row["adx_name"] == "Knowledge/Comments")
    rows.put("adx_sitesettings", setting, adx_value="closed")
    assert visitor.post(ARTICLE, {"_action": "comment", "comment": "x"}).status == 403


def test_markup_in_a_comment_does_nothing(visitor: Visitor, rows: RowsInMemory, article: str) -> None:
    texts = ("<script>alert(1)</script>", "<p onclick=alert(1)>a</p><a href='javascript:alert(1)'>b</a>", "1 < 2 & 3")
    for text in texts:
        values = {"statecode": 0, "adx_approved": True, "createdon": "2026-11-02", "_regardingobjectid_value": article}
        rows.put("feedback", str(uuid.uuid4()), comments=text, adx_contactusername="<b>Paul</b>", **values)
    page = visitor.get(ARTICLE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "onclick" not in page
    assert "javascript:" not in page
    assert "1 &lt; 2 &amp; 3" in page
    assert "&lt;b&gt;Paul&lt;/b&gt;" in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_comment_is_refused_and_stays_typed(
    visitor: Visitor, rows: RowsInMemory, article: str, maria: None, text: str
) -> None:
    answer = visitor.post(ARTICLE, {"_action": "comment", "comment": text})
    assert answer.status == 400
    assert 'id="comment-problem"' in answer.text
    assert text.strip() in answer.text
    assert not rows.tables.get("feedback")
