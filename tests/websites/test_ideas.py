"""Ideas at the door of the websites application: lists, votes within their limits, submitting, deciding."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.builders.communities import MODERATOR, PAUL, Community, community, words
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory
from tests.websites.visitor import Answer, Visitor
from websites.runtime import runtime

LIGHT, VOICE = "Switch the light off at night", "Control by voice"
PATH = "/ideas/products/"


@pytest.fixture
def people(rows: RowsInMemory, visitor: Visitor) -> Community:
    return community(rows)


def forum(people: Community, **values: object) -> None:
    people.rows.put("adx_ideaforums", people.named("adx_ideaforums", "Ideas for our products"), **values)


def voted(people: Community, visitor: Visitor, title: str, how: str, address: str = PATH) -> Answer:
    idea = people.named("adx_ideas", title)
    return visitor.post(address, {"_action": "vote", "idea": idea, "vote": how})


def sums(people: Community, title: str) -> tuple[int, int, int, int]:
    row = people.row("adx_ideas", title)
    return row["adx_votesup"], row["adx_votesdown"], row["adx_votesum"], row["adx_voterstotalnumberof"]


def test_ideas_are_listed_by_votes_in_one_call(people: Community, visitor: Visitor) -> None:
    visitor.get("/")
    people.rows.calls.clear()
    text = words(visitor.get(PATH).text)
    assert [entity_set for entity_set, _ in people.rows.calls] == ["adx_ideas"]
    assert text.index(LIGHT) < text.index("Vacation mode") < text.index(VOICE)
    assert "5 Votes" in text
    assert "-2 Votes" in text
    assert "Vote for it" not in text
    assert "Sign in to submit an idea" in text


def test_the_only_idea_forum_is_at_the_top(people: Community, visitor: Visitor) -> None:
    assert LIGHT in visitor.get("/ideas/").text


def test_ideas_are_sorted_and_narrowed_as_asked(people: Community, visitor: Visitor) -> None:
    newest = words(visitor.get(f"{PATH}?sort=new").text)
    assert newest.index("A dark page") < newest.index("Vacation mode") < newest.index(LIGHT)
    done = words(visitor.get(f"{PATH}?status=completed").text)
    assert "Order spare parts without calling" in done
    assert LIGHT not in done
    assert LIGHT in visitor.get(f"{PATH}?status=nonsense&sort=nonsense").text


def test_an_idea_has_a_page_with_our_answer(people: Community, visitor: Visitor) -> None:
    page = visitor.get(f"{PATH}voice/").text
    assert f"<title>{VOICE} | Contoso</title>" in page
    text = words(page)
    assert "Rejected" in text
    assert "Our answer We decided against it." in text
    assert "For: 1 · Against: 3" in text
    assert "The idea is decided; nobody votes any more." in text


@pytest.mark.parametrize("address", [f"{PATH}nothing/", "/ideas/other/", f"{PATH}voice/more/", f"{PATH}a'b/"])
def test_what_is_not_there_is_not_found(people: Community, visitor: Visitor, address: str) -> None:
    assert visitor.get(address).status == 404


# --- Votes


def test_a_vote_counts_once_turns_and_is_taken_back(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    assert voted(people, visitor, "Vacation mode", "up").headers["location"] == f"{PATH}?notice=vote-counted"
    assert sums(people, "Vacation mode") == (4, 0, 4, 4)
    assert voted(people, visitor, "Vacation mode", "up").status == 400
    assert voted(people, visitor, "Vacation mode", "down").status == 303
    assert sums(people, "Vacation mode") == (3, 1, 2, 4)
    assert voted(people, visitor, "Vacation mode", "none").status == 303
    assert sums(people, "Vacation mode") == (3, 0, 3, 3)
    assert voted(people, visitor, "Vacation mode", "none").status == 400


def test_a_vote_from_an_ideas_own_page_leads_back_to_it(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    page = f"{PATH}vacation-mode/"
    assert voted(people, visitor, "Vacation mode", "up", page).headers["location"] == f"{page}?notice=vote-counted"
    assert "Take my vote back" in visitor.get(page).text


def test_votes_in_a_forum_are_limited_and_decided_ideas_give_them_back(people: Community, visitor: Visitor) -> None:
    forum(people, adx_votesperuser=1)
    visitor.cookie = people.cookie()
    assert "Votes you have left here: 1" in visitor.get(PATH).text
    voted(people, visitor, LIGHT, "up")
    assert "You have no votes left here." in visitor.get(PATH).text
    assert voted(people, visitor, "Vacation mode", "up").status == 400
    people.rows.put("adx_ideas", people.named("adx_ideas", LIGHT), statuscode=100000001)
    assert voted(people, visitor, "Vacation mode", "up").status == 303


def test_where_votes_only_go_up_an_idea_takes_as_many_as_the_forum_says(people: Community, visitor: Visitor) -> None:
    forum(people, adx_votingtype=100000000, adx_votesperidea=2)
    visitor.cookie = people.cookie()
    assert "Vote against it" not in visitor.get(PATH).text
    assert voted(people, visitor, LIGHT, "down").status == 400
    for _ in range(2):
        assert voted(people, visitor, LIGHT, "up").status == 303
    assert voted(people, visitor, LIGHT, "up").status == 400
    assert sums(people, LIGHT) == (7, 0, 7, 6)


def test_nobody_votes_for_what_is_decided_or_closed_or_without_a_sign_in(people: Community, visitor: Visitor) -> None:
    assert voted(people, visitor, LIGHT, "up").status == 403
    visitor.cookie = people.cookie()
    assert voted(people, visitor, VOICE, "up").status == 403
    assert visitor.post(PATH, {"_action": "vote", "idea": str(uuid.uuid4()), "vote": "up"}).status == 404
    assert visitor.post(PATH, {"_action": "vote", "idea": "x", "vote": "up"}).status == 404
    forum(people, adx_votingpolicy=100000002)
    again = Visitor()
    runtime().sites._held.clear()
    again.cookie = visitor.cookie
    assert voted(people, again, LIGHT, "up").status == 403


# --- Submitting


def submitted(people: Community, visitor: Visitor, **fields: str) -> Answer:
    page = visitor.get(PATH).text
    once = re.findall(r'name="_once" value="([^"]+)"', page)[0]
    sent = {"_action": "submit", "_once": once, "title": "Größere Taste!", "text": "The **button** is small.", **fields}
    visitor.post(PATH, sent)
    return visitor.post(PATH, sent)


def test_an_idea_is_submitted_once(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    before = len(people.rows.tables["adx_ideas"])
    answer = submitted(people, visitor)
    assert re.fullmatch(rf"{PATH}grossere-taste-[0-9a-f]{{8}}/\?notice=idea-submitted", answer.headers["location"])
    assert len(people.rows.tables["adx_ideas"]) == before + 1
    page = visitor.get(answer.headers["location"]).text
    assert "<strong>button</strong>" in page
    assert "by Maria Campbell" in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": ""}, "Please fill in this field."),
        ({"title": "x" * 151}, "at most 150 characters"),
        ({"text": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_a_wrong_idea_is_shown_again(people: Community, visitor: Visitor, fields: dict[str, str], problem: str) -> None:
    visitor.cookie = people.cookie()
    answer = submitted(people, visitor, **fields)
    assert (answer.status, problem in answer.text) == (400, True)


def test_a_moderated_idea_waits_for_a_manager(people: Community, visitor: Visitor) -> None:
    forum(people, adx_ideasubmissionpolicy=100000002)
    visitor.cookie = people.cookie()
    assert submitted(people, visitor).headers["location"] == f"{PATH}?notice=idea-waiting"
    row = people.row("adx_ideas", "Größere Taste!")
    page = f"{PATH}{row['adx_partialurl']}/"
    assert "Not approved yet" in visitor.get(PATH).text, "its author sees it"
    visitor.cookie = people.cookie(PAUL)
    assert visitor.get(page).status == 404
    assert "Größere Taste!" not in visitor.get(PATH).text
    assert visitor.post(page, {"_action": "approve"}).status == 404
    visitor.cookie = people.cookie(MODERATOR, "Idea Managers")
    assert visitor.post(page, {"_action": "approve"}).status == 303
    visitor.cookie = people.cookie(PAUL)
    assert visitor.get(page).status == 200


def test_a_closed_forum_takes_no_ideas(people: Community, visitor: Visitor) -> None:
    forum(people, adx_ideasubmissionpolicy=100000003)
    visitor.cookie = people.cookie()
    assert "No more ideas are taken here." in visitor.get(PATH).text
    assert visitor.post(PATH, {"_action": "submit", "title": "x", "text": "y"}).status == 403


# --- Deciding


def test_a_manager_says_what_becomes_of_an_idea_and_nobody_else(people: Community, visitor: Visitor) -> None:
    page = f"{PATH}night-light/"
    sent = {"_action": "decide", "status": "accepted", "answer": "It comes in *spring*."}
    visitor.cookie = people.cookie(MARIA)
    assert "Decide" not in words(visitor.get(page).text)
    assert visitor.post(page, sent).status == 403
    visitor.cookie = people.cookie(MODERATOR, "Idea Managers")
    assert visitor.post(page, {**sent, "status": "nonsense"}).status == 400
    assert visitor.post(page, sent).status == 303
    row = people.row("adx_ideas", LIGHT)
    assert (row["statuscode"], row["_adx_statusauthorid_value"]) == (100000000, str(MODERATOR))
    assert "<em>spring</em>" in visitor.get(page).text


def test_ideas_are_commented_on(people: Community, visitor: Visitor) -> None:
    visitor.cookie = people.cookie()
    page = f"{PATH}night-light/"
    answer = visitor.post(page, {"_action": "comment", "comment": "Yes please."})
    assert answer.headers["location"] == f"{page}?notice=comment-added#comments"
