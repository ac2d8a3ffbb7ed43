"""Blogs at the door of the websites application: lists, archive, topics, posts, comments, feed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml import ElementTree

from tests.builders.communities import Community, community, words
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Visitor
from websites.runtime import runtime

ATOM = "{http://www.w3.org/2005/Atom}"
POST = "/blog/news/how-an-update-is-made/"


@pytest.fixture
def people(rows: RowsInMemory, visitor: Visitor) -> Community:
    return community(rows)


@pytest.mark.parametrize("address", ["/blog/", "/blog/news/", POST, "/blog/news/2026/10/", "/blog/feed/", "/"])
def test_a_blog_costs_the_organization_nothing(people: Community, visitor: Visitor, address: str) -> None:
    visitor.get("/guidelines/")
    people.rows.calls.clear()
    answer = visitor.get(address)
    assert (answer.status, people.rows.calls) == (200, [])
    assert "etag" in answer.headers, "it may be kept"


def test_the_newest_posts_come_first(people: Community, visitor: Visitor) -> None:
    text = words(visitor.get("/blog/news/").text)
    titles = ["What became of the ideas of the summer", "Forty devices, one Saturday", "Five questions that always get"]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert "by Tom Becker" in text
    assert "October 2026" in text
    assert "Engineering 1" in text


def test_posts_come_a_page_at_a_time(people: Community, visitor: Visitor) -> None:
    people.rows.put("adx_sitesettings", people.named("adx_sitesettings", "Blogs/Page Size"), adx_value="2")
    second = visitor.get("/blog/news/?page=2").text
    assert "Five questions that always get an answer" in second
    assert "Forty devices, one Saturday" not in words(second)
    assert 'href="/blog/news/?page=3"' in second


def test_a_month_and_a_topic_have_pages_of_their_own(people: Community, visitor: Visitor) -> None:
    october = visitor.get("/blog/news/2026/10/").text
    assert "<h1>Posts of October 2026</h1>" in october
    assert "Forty devices" in october
    assert "How an update is made" not in words(october)
    updates = visitor.get("/blog/news/about/updates/").text
    assert "<h1>Posts about “Updates”</h1>" in updates
    assert "How an update is made" in updates
    assert "Forty devices" not in words(updates)


@pytest.mark.parametrize(
    "address",
    ["/blog/news/2026/01/", "/blog/news/2026/13/", "/blog/news/about/cats/", "/blog/news/nothing/", "/blog/other/"],
)
def test_what_is_not_there_is_not_found(people: Community, visitor: Visitor, address: str) -> None:
    assert visitor.get(address).status == 404


def test_a_post_has_its_text_topics_and_neighbours(people: Community, visitor: Visitor) -> None:
    page = visitor.get(POST).text
    assert "<title>How an update is made | Contoso</title>" in page
    assert "<strong>Week three: the cellar.</strong>" in page
    assert 'href="/blog/news/about/engineering/"' in page
    assert "Newer : Five questions that always get an answer" in words(page)
    assert '<a href="/blog/news/">News and stories</a>' in page
    assert visitor.get("/BLOG/News/How-An-Update-Is-Made").status in {301, 200}


def test_drafts_and_posts_of_the_future_are_not_out(people: Community, visitor: Visitor) -> None:
    post = people.named("adx_blogposts", "How an update is made")
    soon = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    people.rows.put("adx_blogposts", post, adx_date=soon)
    assert visitor.get(POST).status == 404
    assert "How an update is made" not in visitor.get("/blog/feed/").text
    draft = people.named("adx_blogposts", "Forty devices, one Saturday")
    people.rows.put("adx_blogposts", draft, adx_published=False)
    other = community_again(people)
    assert other.get("/blog/news/repair-day/").status == 404


def community_again(people: Community) -> Visitor:
    """A process that reads the site for the first time."""
    runtime().sites._held.clear()
    return Visitor()


def test_the_feed_is_whole_and_names_absolute_addresses(people: Community, visitor: Visitor) -> None:
    answer = visitor.get("/blog/news/feed/")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.text)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 5
    first = entries[0]
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://support.portals.localhost:8443/blog/news/ideas-of-the-summer/"
    assert first.findtext(f"{ATOM}title") == "What became of the ideas of the summer"
    assert "<strong>Done: spare parts" in str(first.findtext(f"{ATOM}content"))
    assert 'type="application/atom+xml"' in visitor.get("/blog/news/").text


def test_who_is_signed_in_comments(people: Community, visitor: Visitor) -> None:
    assert "Sign in to comment" in visitor.get(POST).text
    assert visitor.post(POST, {"_action": "comment", "comment": "x"}).status == 403
    visitor.cookie = people.cookie()
    once = re.findall(r'name="_once" value="([^"]+)"', visitor.get(POST).text)[0]
    answer = visitor.post(POST, {"_action": "comment", "_once": once, "comment": "A <b>cellar</b>!"})
    assert answer.headers["location"] == f"{POST}?notice=comment-added#comments"
    row = next(row for row in people.rows.tables["feedback"].values() if row.get("comments"))
    assert row["_regardingobjectid_value"] == people.named("adx_blogposts", "How an update is made")


@pytest.mark.parametrize(
    ("blog", "post", "status"),
    [
        (756150003, 756150000, 303),
        (756150003, 756150005, 403),
        (756150005, 756150000, 403),
        (756150001, 756150000, 403),
    ],
)
def test_a_posts_own_comment_policy_goes_before_its_blogs(
    people: Community, visitor: Visitor, blog: int, post: int, status: int
) -> None:
    people.rows.put("adx_blogs", people.named("adx_blogs", "News and stories"), adx_commentpolicy=blog)
    post_id = people.named("adx_blogposts", "How an update is made")
    people.rows.put("adx_blogposts", post_id, adx_commentpolicy=post)
    visitor.cookie = people.cookie()
    assert visitor.post(POST, {"_action": "comment", "comment": "Fine."}).status == status


def test_a_script_in_a_post_is_taken_out(people: Community, visitor: Visitor) -> None:
    post = people.named("adx_blogposts", "How an update is made")
    people.rows.put("adx_blogposts", post, adx_copy='<p onclick="x()">Hello<script>alert(1)</script></p>')
    page = visitor.get(POST).text
    assert "<p>Hello</p>" in page
    assert "<script" not in page
