"""Forums at the door of the websites application: reading, writing, answers, moderation, mail."""

from __future__ import annotations

import uuid

import pytest

from tests.builders.communities import MODERATOR, Community, community, words
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory
from tests.websites.forum_forms import RED, WELCOME, form_of, replied, started
from tests.websites.visitor import Answer, Visitor
from websites.runtime import runtime

NOBODYS = uuid.UUID(int=404)


@pytest.fixture
def people(rows: RowsInMemory, visitor: Visitor) -> Community:
    return community(rows)


def calls(people: Community) -> list[str]:
    return [entity_set for entity_set, _ in people.rows.calls]


def asked(people: Community, visitor: Visitor, address: str) -> tuple[Answer, list[str]]:
    """The page, and the tables that it asked the organization for once the site was in memory."""
    visitor.get("/")
    people.rows.calls.clear()
    answer = visitor.get(address)
    return answer, calls(people)


def test_the_forums_are_listed_with_their_counts_and_last_posts(people: Community, visitor: Visitor) -> None:
    answer, tables = asked(people, visitor, "/forums/")
    assert (answer.status, tables) == (200, [])
    text = words(answer.text)
    assert "Devices When a device does something odd" in text
    assert "Threads: 3 · Posts: 8 Last post: Can I choose when updates are installed? by Tom Becker" in text
    assert 'href="/forums/devices/"' in answer.text


def test_a_forum_lists_pinned_threads_first_in_one_call(people: Community, visitor: Visitor) -> None:
    answer, tables = asked(people, visitor, "/forums/getting-started/")
    assert tables == ["adx_communityforumthreads"]
    text = words(answer.text)
    assert text.index(WELCOME) < text.index("Set-up does not find my network")
    assert "Started by Service Team · Replies: 2" in text
    assert "Question Answered" in text


def test_threads_without_an_answer_can_be_asked_for(people: Community, visitor: Visitor) -> None:
    text = words(visitor.get("/forums/devices/?show=open").text)
    assert "Can I choose when updates are installed?" in text
    assert RED not in text
    assert "How do you clean the casing?" not in text, "a discussion wants no answer"


def test_a_thread_shows_its_posts_with_authors_in_three_calls(people: Community, visitor: Visitor) -> None:
    answer, tables = asked(people, visitor, people.thread(RED))
    assert tables == ["adx_communityforumthreads", "adx_communityforumposts", "annotations"]
    assert f"<title>{RED} | Contoso</title>" in answer.text
    assert "Nadia Rahman Answer" in words(answer.text)
    assert "<strong>" in answer.text
    assert "<em>after</em>" in answer.text
    assert 'href="/forums/devices/">Devices</a>' in answer.text
    assert "Sign in to reply" in answer.text
    assert "<textarea" not in answer.text


def test_pages_of_a_long_thread_are_asked_for_one_at_a_time(people: Community, visitor: Visitor) -> None:
    people.rows.put("adx_sitesettings", people.named("adx_sitesettings", "Forums/Posts Page Size"), adx_value="2")
    answer, tables = asked(people, visitor, people.thread(RED) + "?page=2")
    assert tables == ["adx_communityforumthreads", *["adx_communityforumposts"] * 2, "annotations"]
    assert "That was it, green again" in answer.text
    assert "We had a power cut" not in answer.text
    assert "Page 2 of 2" in answer.text
    assert "That was it" in visitor.get(people.thread(RED) + "?page=99").text


@pytest.mark.parametrize(
    "address", ["/forums/nowhere/", "/forums/devices/x/", f"/forums/devices/{NOBODYS}/", "/forums/devices/a/b/"]
)
def test_what_is_not_there_is_not_found(people: Community, visitor: Visitor, address: str) -> None:
    assert visitor.get(address).status == 404


def test_a_thread_of_another_forum_website_or_state_is_not_found(people: Community, visitor: Visitor) -> None:
    path, thread = people.thread(RED), people.named("adx_communityforumthreads", RED)
    assert visitor.get(path.replace("/devices/", "/getting-started/")).status == 404
    hidden = people.named("adx_publishingstates", "Draft")
    people.rows.put("adx_communityforumthreads", thread, _adx_publishingstateid_value=hidden)
    assert visitor.get(path).status == 404
    people.rows.put("adx_communityforumthreads", thread, _adx_publishingstateid_value=None, statecode=1)
    assert visitor.get(path).status == 404
    assert RED not in visitor.get("/forums/devices/").text


def test_without_permission_to_read_there_is_nothing(people: Community, visitor: Visitor) -> None:
    for name in ("Read threads", "Settle own threads", "Moderate threads"):
        people.rows.put("adx_entitypermissions", people.named("adx_entitypermissions", name), adx_read=False)
    assert visitor.get(people.thread(RED)).status == 404
    assert RED not in visitor.get("/forums/devices/").text


def test_a_thread_is_started_once(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    page = visitor.get("/forums/devices/").text
    sent = {**form_of(page, "thread"), "title": "Sound", "text": "It *hums*.", "subscribe": "yes"}
    first, again = visitor.post("/forums/devices/", sent), visitor.post("/forums/devices/", sent)
    assert (first.status, first.headers["location"]) == (303, again.headers["location"])
    thread = people.row("adx_communityforumthreads", "Sound")
    assert (thread["adx_postcount"], thread["adx_isanswered"]) == (1, False)
    assert thread["_adx_firstpostid_value"] == thread["_adx_lastpostid_value"] == people.posts("Sound")[0]
    forum = people.row("adx_communityforums", "Devices")
    assert (forum["adx_threadcount"], forum["adx_postcount"]) == (4, 9)
    shown = visitor.get(first.headers["location"])
    assert "<em>hums</em>" in shown.text
    assert "Your thread is posted." in shown.text
    assert "Unsubscribe" in shown.text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": ""}, "Please fill in this field."),
        ({"title": "x" * 101}, "at most 100 characters"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"type": str(uuid.uuid4())}, "Please choose one of the list."),
    ],
)
def test_a_wrong_thread_is_shown_again(
    people: Community, visitor: Visitor, fields: dict[str, str], problem: str
) -> None:
    answer = started(people, visitor, **fields)
    assert (answer.status, problem in answer.text) == (400, True)
    assert not [row for row in people.rows.tables["adx_communityforumthreads"].values() if row["adx_name"] == "Sound"]


def test_somebody_who_is_not_signed_in_writes_nothing(people: Community, visitor: Visitor) -> None:
    before = len(people.rows.tables["adx_communityforumposts"])
    for address, action in (
        ("/forums/devices/", "thread"),
        (people.thread(RED), "reply"),
        (people.thread(RED), "subscribe"),
    ):
        assert visitor.post(address, {"_action": action, "title": "x", "text": "x"}).status == 403
    assert len(people.rows.tables["adx_communityforumposts"]) == before


def test_a_reply_counts_and_leads_to_itself(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    answer = replied(people, visitor)
    newest = people.posts(RED)[-1]
    assert answer.headers["location"] == f"{people.thread(RED)}?notice=reply-posted#post-{newest}"
    thread = people.row("adx_communityforumthreads", RED)
    assert (thread["adx_postcount"], thread["_adx_lastpostid_value"]) == (4, newest)
    assert people.row("adx_communityforums", "Devices")["_adx_lastpostid_value"] == newest


def test_what_visitors_write_is_cleaned(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    written = (
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "![p](https://evil.example/p.png)",
        'https://example.com/a <p onclick="x">',
    )
    replied(people, visitor, text=" ".join(written))
    shown = visitor.get(people.thread(RED)).text
    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    assert '<a href="https://example.com/a" rel="nofollow ugc noopener noreferrer">' in shown


def test_html_that_another_program_stored_is_cleaned(people: Community, visitor: Visitor) -> None:
    post = people.posts(RED)[0]
    content = '<p onclick="x()">Hello <script>alert(1)</script><b>there</b></p><form><input></form>'
    people.rows.put("adx_communityforumposts", post, adx_content=content)
    shown = visitor.get(people.thread(RED)).text
    assert "<p>Hello <b>there</b></p>" in shown


def test_a_quotation_begins_the_reply(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    page = visitor.get(f"{people.thread(RED)}?quote={people.posts(RED)[0]}").text
    assert "Henrik Dahl wrote:\n\n&gt; We had a power cut" in page
    form = form_of(page, "reply")
    visitor.post(people.thread(RED), {**form, "text": "> We had\n\nToo bad."})
    newest = people.rows.tables["adx_communityforumposts"][people.posts(RED)[-1]]
    assert newest["_adx_regardingid_value"] == people.posts(RED)[0]


def test_a_post_is_edited_by_its_author_alone(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    replied(people, visitor)
    own, others = people.posts(RED)[-1], people.posts(RED)[0]
    page = visitor.get(f"{people.thread(RED)}?edit={own}").text
    assert "Thank you all.</textarea>" in page
    sent = {**form_of(page, "edit"), "text": "Thanks!"}
    assert visitor.post(f"{people.thread(RED)}?edit={own}", sent).status == 303
    assert people.rows.tables["adx_communityforumposts"][own]["adx_content"] == "Thanks!"
    assert f"?edit={own}" in visitor.get(people.thread(RED)).text
    assert f"?edit={others}" not in visitor.get(people.thread(RED)).text
    assert visitor.get(f"{people.thread(RED)}?edit={others}").status == 403
    assert visitor.post(people.thread(RED), {**sent, "post": others}).status == 403
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    assert visitor.post(people.thread(RED), sent).status == 403, "nobody puts words into another's mouth"


def test_a_post_of_another_thread_cannot_be_reached_through_this_one(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    foreign = people.posts(WELCOME)[1]
    for action in ("edit", "answer", "remove", "report"):
        answer = visitor.post(people.thread(RED), {"_action": action, "post": foreign, "text": "x", "reason": "x"})
        assert answer.status == 404
    assert visitor.get(f"{people.thread(RED)}?quote={foreign}").status == 404
    assert visitor.get(f"{people.thread(RED)}?quote=nonsense").status == 404


def test_a_locked_thread_takes_no_reply(people: Community, visitor: Visitor) -> None:
    people.rows.put("adx_communityforumthreads", people.named("adx_communityforumthreads", RED), adx_locked=True)
    visitor.cookie = people.cookie()
    page = visitor.get(people.thread(RED)).text
    assert "This thread is locked" in page
    assert 'value="reply"' not in page
    assert visitor.post(people.thread(RED), {"_action": "reply", "text": "x"}).status == 403


def test_while_the_organization_is_away_strangers_read_a_thread_as_it_was(people: Community, visitor: Visitor) -> None:
    thread = people.thread(RED)
    shown = visitor.get(thread).text
    people.rows.is_away = True
    answer = visitor.get(thread)
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, shown, "private, no-store")
    assert visitor.get(people.thread(WELCOME)).status == 503  # nobody has seen it yet
    visitor.cookie = people.cookie(MARIA)
    assert visitor.get(thread).status == 503


def test_while_the_organization_is_away_what_was_typed_stays(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    visitor.get("/forums/devices/")
    people.rows.is_away = True
    assert visitor.get("/forums/devices/").status == 503
    assert visitor.get("/forums/").status == 200, "the list is part of the site"


def test_the_home_page_shows_the_forums_and_costs_nothing(people: Community, visitor: Visitor) -> None:
    answer, tables = asked(people, visitor, "/")
    assert tables == []
    assert 'href="/forums/devices/"' in answer.text
    assert "Can I choose when updates are installed?" in answer.text


def test_threads_posts_and_ideas_are_found_by_the_search(people: Community, visitor: Visitor) -> None:
    text = words(visitor.get("/search/?q=power+cut").text)
    assert RED in text
    assert "Forum thread" in text
    assert "Forty devices" in words(visitor.get("/search/?q=repair").text)
    assert "Vacation mode" in words(visitor.get("/search/?q=vacation").text)
    people.rows.put("adx_entitypermissions", people.named("adx_entitypermissions", "Read ideas"), adx_read=False)
    runtime().sites._held.clear()
    assert "Vacation mode" not in words(Visitor().get("/search/?q=vacation").text)


def test_the_sitemap_names_forums_posts_and_ideas(people: Community, visitor: Visitor) -> None:
    listed = visitor.get("/sitemap.xml").text
    for path in ("/forums/devices/", "/blog/news/repair-day/", "/ideas/products/"):
        assert f"<loc>https://support.portals.localhost:8443{path}</loc>" in listed
