"""The rows of idea forums, ideas and the votes for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solutions.content.errors import BadContent
from solutions.content.keys import SETS, Keys
from solutions.content.people_rows import person
from solutions.content.samples_reader import Idea, IdeaForum, Ideas
from solutions.content.values import ContentRow, Texts

OPEN_TO_AUTHENTICATED, INHERIT = 100000001, 100000005  # policies of idea forums and ideas
VOTING = {"up_only": 100000000, "up_or_down": 100000001}
STATUS = {"new": 1, "accepted": 100000000, "completed": 100000001, "rejected": 100000002}


def idea_rows(keys: Keys, ideas: Ideas, texts: Texts) -> Iterator[ContentRow]:
    """Idea forums, ideas with their counts, votes.

    Raises:
        BadContent: the language has no words for one of them.
    """
    words = texts.samples.get("ideas", {})
    for forum in ideas.forums:
        yield keys.row("adx_ideaforum", (forum.key,), _forum(keys, forum, words))
    for idea in ideas.ideas:
        row_id = keys.id("adx_idea", idea.key)
        yield ContentRow(SETS["adx_idea"], "adx_idea", row_id, _idea(keys, idea, words))
    for idea in ideas.ideas:
        for voter, vote in idea.votes.items():
            row_id = keys.id("feedback", idea.key, voter)
            yield ContentRow(SETS["feedback"], "feedback", row_id, _vote(keys, idea, voter, vote, words))


def _forum(keys: Keys, forum: IdeaForum, words: dict[str, Any]) -> dict[str, Any]:
    text = _word(words, "forums", forum.key)
    return {
        "adx_name": text["name"],
        "adx_summary": text["summary"],
        "adx_partialurl": forum.key,
        "adx_ideasubmissionpolicy": OPEN_TO_AUTHENTICATED,
        "adx_votingpolicy": OPEN_TO_AUTHENTICATED,
        "adx_votingtype": VOTING[forum.voting],
        "adx_commentpolicy": OPEN_TO_AUTHENTICATED,
        "adx_votesperidea": 1,
        "adx_votesperuser": forum.votes_per_user,
        "adx_websitelanguageid@odata.bind": keys.language,
    }


def _idea(keys: Keys, idea: Idea, words: dict[str, Any]) -> dict[str, Any]:
    text = _word(words, "ideas", idea.key)
    up = sum(vote for vote in idea.votes.values() if vote > 0)
    down = -sum(vote for vote in idea.votes.values() if vote < 0)
    return {
        "adx_name": text["title"],
        "adx_copy": text["copy"].strip(),
        "adx_partialurl": idea.key,
        "adx_date": idea.date,
        "adx_approved": True,
        "adx_commentpolicy": INHERIT,
        "statecode": 0,
        "statuscode": STATUS[idea.status],
        "adx_statuscomment": text.get("answer", ""),
        "adx_votesup": up,
        "adx_votesdown": down,
        "adx_votesum": up - down,
        "adx_votestotalnumberof": up + down,
        "adx_voterstotalnumberof": len(idea.votes),
        "adx_ideaforumid@odata.bind": keys.to("adx_ideaforum", idea.forum),
        "adx_authorid@odata.bind": person(idea.author),
    }


def _vote(keys: Keys, idea: Idea, voter: str, vote: int, words: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _word(words, "ideas", idea.key)["title"][:155],
        "rating": vote,
        "minrating": -1,
        "maxrating": 1,
        "adx_approved": True,
        "regardingobjectid_adx_idea@odata.bind": keys.to("adx_idea", idea.key),
        "CreatedByContact@odata.bind": person(voter),
    }


def _word(words: dict[str, Any], kind: str, key: str) -> Any:
    found = words.get(kind, {}).get(key)
    if not found:
        raise BadContent(f"texts/ideas.toml: samples.ideas.{kind}.{key} has no words.")
    return found
