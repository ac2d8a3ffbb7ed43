"""What moderators do in forums, and what subscribers are told."""

from __future__ import annotations

import uuid

import pytest

from tests.builders.communities import MODERATOR, PAUL, Community, community, words
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory
from tests.websites.forum_forms import RED, replied, started
from tests.websites.visitor import Visitor
from websites.mailing.models import PortalMail


@pytest.fixture
def people(rows: RowsInMemory, visitor: Visitor) -> Community:
    return community(rows)


# --- Answers


def test_the_author_of_a_thread_marks_its_answer(people: Community, visitor: Visitor) -> None:
    started(people, visitor)
    path = people.thread("Sound")
    visitor.cookie = people.cookie(PAUL)
    replied(people, visitor, "Sound", "Tighten the screw.")
    reply = people.posts("Sound")[1]
    assert visitor.post(path, {"_action": "answer", "post": reply}).status == 403
    visitor.cookie = people.cookie(MARIA)
    assert "This is the answer" in visitor.get(path).text
    assert visitor.post(path, {"_action": "answer", "post": people.posts("Sound")[0]}).status == 403
    assert visitor.post(path, {"_action": "answer", "post": reply}).status == 303
    assert people.row("adx_communityforumthreads", "Sound")["adx_isanswered"] is True
    assert "Go to the answer" in visitor.get(path).text
    assert visitor.post(path, {"_action": "unanswer", "post": reply}).status == 303
    assert people.row("adx_communityforumthreads", "Sound")["adx_isanswered"] is False


def test_a_moderator_marks_answers_and_a_discussion_has_none(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    path, thanks = people.thread(RED), people.posts(RED)[2]
    assert visitor.post(path, {"_action": "answer", "post": thanks}).status == 303
    talk = "How do you clean the casing?"
    assert visitor.post(people.thread(talk), {"_action": "answer", "post": people.posts(talk)[1]}).status == 403


# --- Moderation


def test_a_reported_post_is_seen_and_settled_by_moderators_only(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    path, post = people.thread(RED), people.posts(RED)[1]
    page = visitor.get(f"{path}?report={post}").text
    assert "Report this post" in page
    assert visitor.post(path, {"_action": "report", "post": post, "reason": ""}).status == 400
    assert visitor.post(path, {"_action": "report", "post": post, "reason": "An *advertisement*"}).status == 303
    assert "Reported posts" not in visitor.get("/forums/").text
    report = next(id_ for id_, row in people.rows.tables["feedback"].items() if row.get("comments"))
    assert visitor.post("/forums/", {"_action": "dismiss", "report": report}).status == 403
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    text = words(visitor.get("/forums/").text)
    assert "Reported by Maria Campbell" in text
    assert "An advertisement" in text
    assert visitor.post("/forums/", {"_action": "dismiss", "report": report}).status == 303
    assert people.rows.tables["feedback"][report]["statecode"] == 1
    assert "Nothing has been reported." in visitor.get("/forums/").text
    assert visitor.post("/forums/", {"_action": "dismiss", "report": str(uuid.uuid4())}).status == 404


def test_a_moderator_removes_a_post_and_counts_follow(people: Community, visitor: Visitor) -> None:
    path, answer = people.thread(RED), people.posts(RED)[1]
    visitor.cookie = people.cookie()
    assert visitor.post(path, {"_action": "remove", "post": answer}).status == 403
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    assert "Remove this post?" in visitor.get(f"{path}?remove={answer}").text
    assert visitor.post(path, {"_action": "remove", "post": answer}).status == 303
    assert people.rows.tables["adx_communityforumposts"][answer]["statecode"] == 1
    thread = people.row("adx_communityforumthreads", RED)
    assert (thread["adx_postcount"], thread["adx_isanswered"]) == (2, False)
    assert people.row("adx_communityforums", "Devices")["adx_postcount"] == 7
    assert "Probably not. I had the same" not in visitor.get(path).text


def test_with_the_first_post_goes_the_thread(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    path = people.thread(RED)
    answer = visitor.post(path, {"_action": "remove", "post": people.posts(RED)[0]})
    assert answer.headers["location"] == "/forums/devices/?notice=thread-removed"
    assert visitor.get(path).status == 404
    forum = people.row("adx_communityforums", "Devices")
    assert (forum["adx_threadcount"], forum["adx_postcount"]) == (2, 5)


@pytest.mark.parametrize(
    ("action", "column", "value"),
    [("lock", "adx_locked", True), ("pin", "adx_sticky", True), ("unpin", "adx_sticky", False)],
)
def test_threads_are_locked_and_pinned_by_moderators(
    people: Community, visitor: Visitor, action: str, column: str, value: bool
) -> None:
    visitor.cookie = people.cookie()
    assert visitor.post(people.thread(RED), {"_action": action}).status == 403
    visitor.cookie = people.cookie(MODERATOR, "Forum Moderators")
    assert visitor.post(people.thread(RED), {"_action": action}).status == 303
    assert people.row("adx_communityforumthreads", RED)[column] is value


# --- Subscriptions


def test_who_subscribed_is_told_of_a_reply_but_not_its_author(people: Community, visitor: Visitor) -> None:
    started(people, visitor)
    visitor.cookie = people.cookie(PAUL)
    path = people.thread("Sound")
    assert visitor.post(path, {"_action": "subscribe"}).status == 303
    replied(people, visitor, "Sound", "Tighten the **screw**.\nThen\n\n- wait & see")
    (mail,) = PortalMail.objects.all()
    assert (mail.to, mail.subject) == ("maria@example.com", "Reply to “Sound”")
    assert (
        "Paul Cannon replied to “Sound” in the forum Devices:\n\nTighten the screw.\nThen\n\nwait & see\n\n"
        in mail.body
    )
    assert f"https://support.portals.localhost:8443{path}#post-{people.posts('Sound')[1]}" in mail.body
    assert mail.unsubscribe_url in mail.body


def test_a_subscription_ends_by_the_mails_own_address(people: Community, visitor: Visitor) -> None:
    started(people, visitor)
    visitor.cookie = people.cookie(PAUL)
    replied(people, visitor, "Sound")
    address = "/" + PortalMail.objects.get().unsubscribe_url.split("/", 3)[3]
    visitor.cookie = ""
    assert "You get a mail whenever somebody replies to “Sound”." in visitor.get(address).text
    assert people.rows.tables["adx_communityforumalerts"], "opening the address ends nothing"
    one_click = visitor.post(address, {"List-Unsubscribe": "One-Click"}, sec_fetch_site="", origin="")
    assert (one_click.status, "You are unsubscribed" in one_click.text) == (200, True)
    assert not people.rows.tables["adx_communityforumalerts"]


def test_nobody_makes_an_address_that_unsubscribes_another(people: Community, visitor: Visitor) -> None:
    started(people, visitor)
    forged = visitor.post("/_unsubscribe/WyJ4Il0:1abc:forged/", {}, sec_fetch_site="", origin="")
    assert (forged.status, "This link does not work" in forged.text) == (404, True)
    assert people.rows.tables["adx_communityforumalerts"]


def test_a_visitor_unsubscribes_on_the_page(people: Community, visitor: Visitor) -> None:
    started(people, visitor)
    path = people.thread("Sound")
    answer = visitor.post(path, {"_action": "unsubscribe"})
    assert answer.headers["location"] == f"{path}?notice=unsubscribed"
    assert not people.rows.tables["adx_communityforumalerts"]


def test_a_header_cannot_be_written_into_the_mail_by_a_title(people: Community, visitor: Visitor) -> None:
    started(people, visitor, title="Sound\nBcc: all@example.com")
    thread = next(row for row in people.rows.tables["adx_communityforumthreads"].values() if "Bcc" in row["adx_name"])
    visitor.cookie = people.cookie(PAUL)
    replied(people, visitor, thread["adx_name"])
    assert "\n" not in PortalMail.objects.get().subject
