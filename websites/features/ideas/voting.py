"""The buttons beside an idea."""

from __future__ import annotations

import uuid

from websites.errors import FormRefused, PageDenied, PageMissing
from websites.features.ideas.places import forum_here, forum_path, idea_path, place_of
from websites.features.ideas.reading import Asked, idea_in
from websites.features.ideas.votes import is_votable, may_vote, next_rating, vote_write, votes_of
from websites.features.registry import ActionCall, ActionDone

NONE_LEFT = "You have no votes left here. Take one back to vote for something else."


def vote(call: ActionCall) -> ActionDone:
    """``up``, ``down``, or ``none``, which takes the vote back.

    Raises:
        PageDenied: nobody votes for this idea, or not this visitor.
        FormRefused: the visitor has no votes left, for the idea or in the forum.
    """
    scene, forum = call.scene, forum_here(call.scene)
    idea = idea_in(scene, forum, _guid(call.value("idea")))
    if not may_vote(scene) or not is_votable(forum, idea):
        raise PageDenied("This visitor may not vote for the idea.")
    idea_id, direction = str(idea["adx_ideaid"]).lower(), call.value("vote")
    if direction not in {"up", "down", "none"}:
        raise PageMissing("There is no such vote.")
    rating = next_rating(forum, votes_of(scene, forum), idea_id, direction)
    if rating is None:
        raise FormRefused({"": scene.snippet("Ideas/Votes None Left", NONE_LEFT)})
    vote_write(scene, forum, idea, rating)
    notice = "vote-counted" if rating else "vote-taken-back"
    if place_of(scene).idea:
        return ActionDone(idea_path(scene, forum, str(idea.get("adx_partialurl") or "")), notice)
    page = scene.visit.params.get("page", "")
    params = {**Asked.of(scene).params(), **({"page": page} if page.isdecimal() else {})}
    return ActionDone(forum_path(scene, forum), notice, params=params)


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as wrong:
        raise PageMissing("There is no such idea.") from wrong
