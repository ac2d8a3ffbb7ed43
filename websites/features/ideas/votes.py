"""Votes: rows of feedback about an idea with a rating. A contact has one row an idea, its rating is how they voted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from websites.access import Right
from websites.features.ideas.reading import IDEAS, id_of, status_of
from websites.features.ideas.values import Status, VotingPolicy, VotingType
from websites.features.once import KEYS
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.site.community_values import IdeaForum

FEEDBACK = "feedback"
ABOUT = "regardingobjectid_adx_idea"


@dataclass(frozen=True)
class Votes:
    """How somebody has voted in an idea forum.

    Args:
        by_idea: idea id -> the sum of their votes.
        active: votes that bind them: for ideas that nobody has decided on.
    """

    by_idea: Mapping[str, int] = field(default_factory=dict)
    active: int = 0

    def left(self, forum: IdeaForum) -> int | None:
        """How many more they have; None where nobody counts."""
        return None if forum.votes_per_user is None else max(forum.votes_per_user - self.active, 0)


def votes_of(scene: Scene, forum: IdeaForum) -> Votes:
    """The visitor's own: one call, none for somebody who is not signed in."""
    visitor = scene.visit.visitor
    if visitor is None:
        return Votes()
    wanted = (
        f"_createdbycontact_value eq {visitor.contact_id} and statecode eq 0 and rating ne null"
        f" and {ABOUT}/_adx_ideaforumid_value eq {forum.id}"
    )
    rows = scene.rows.rows(
        FEEDBACK,
        select=("feedbackid", "rating", "_regardingobjectid_value"),
        filter=wanted,
        expand=f"{ABOUT}($select=statuscode)",
    )
    by_idea: dict[str, int] = {}
    active = 0
    for row in rows:
        rating, idea = int(row.get("rating") or 0), id_of(row, "_regardingobjectid_value")
        by_idea[idea] = by_idea.get(idea, 0) + rating
        if status_of(row.get(ABOUT) or {}) is Status.NEW:
            active += abs(rating)
    return Votes(by_idea, active)


def is_votable(forum: IdeaForum, idea: Row) -> bool:
    """Whether anybody may vote: not once it is decided, nor where the forum is closed."""
    is_open = forum.voting_policy in {VotingPolicy.OPEN, VotingPolicy.OPEN_TO_AUTHENTICATED}
    return is_open and status_of(idea) is Status.NEW and bool(idea.get("adx_approved"))


def may_vote(scene: Scene) -> bool:
    visitor = scene.visit.visitor
    own = {"_createdbycontact_value": visitor.contact_id} if visitor else {}
    return visitor is not None and scene.access.may(FEEDBACK, Right.CREATE, own)


def most_votes(forum: IdeaForum) -> int:
    """How many votes one contact may give one idea: one where votes go up or down."""
    return 1 if is_up_or_down(forum) else max(forum.votes_per_idea, 1)


def is_up_or_down(forum: IdeaForum) -> bool:
    return forum.voting_type == VotingType.UP_OR_DOWN


def next_rating(forum: IdeaForum, votes: Votes, idea_id: str, direction: str) -> int | None:
    """What the contact's vote would be after ``up``, ``down`` or ``none``; None where they may not."""
    now, left = votes.by_idea.get(idea_id, 0), votes.left(forum)
    if direction == "none":
        return 0 if now else None
    if direction == "down" and not is_up_or_down(forum):
        return None
    new = {"up": 1, "down": -1}[direction] if is_up_or_down(forum) else now + 1
    if new == now or abs(new) > most_votes(forum):
        return None
    more = abs(new) - abs(now)
    return new if left is None or more <= left else None


def vote_write(scene: Scene, forum: IdeaForum, idea: Row, rating: int) -> None:
    """Write the visitor's vote over the one before, and count the idea's votes anew."""
    idea_id, visitor = id_of(idea, "adx_ideaid"), scene.visit.visitor
    contact = visitor.contact_id.lower() if visitor else ""
    for row_id in _others(scene, idea_id, contact):
        scene.rows.delete(FEEDBACK, row_id)
    if rating == 0:
        scene.rows.delete(FEEDBACK, vote_id(idea_id, contact))
    else:
        values = {
            "title": str(idea.get("adx_name") or "")[:155] or "Vote",
            "rating": rating,
            "minrating": -1 if is_up_or_down(forum) else 0,
            "maxrating": most_votes(forum),
            "adx_approved": True,
            f"{ABOUT}@odata.bind": f"/{IDEAS}({idea_id})",
            "CreatedByContact@odata.bind": f"/contacts({contact})",
            "adx_contactusername": visitor.name[:100] if visitor else "",
        }
        scene.rows.upsert(FEEDBACK, vote_id(idea_id, contact), values)
    votes_count(scene, idea_id)


def votes_count(scene: Scene, idea_id: str) -> None:
    """An idea's counts, counted from its votes: right whoever else votes at the same time."""
    wanted = f"_regardingobjectid_value eq {idea_id} and statecode eq 0 and rating ne null"
    found = list(scene.rows.rows(FEEDBACK, select=("rating", "_createdbycontact_value"), filter=wanted))
    ratings = [int(row.get("rating") or 0) for row in found]
    up, down = sum(vote for vote in ratings if vote > 0), -sum(vote for vote in ratings if vote < 0)
    values = {
        "adx_votesup": up,
        "adx_votesdown": down,
        "adx_votesum": up - down,
        "adx_votestotalnumberof": up + down,
        "adx_voterstotalnumberof": len({id_of(row, "_createdbycontact_value") for row in found}),
    }
    scene.rows.upsert(IDEAS, uuid.UUID(idea_id), values)


def vote_id(idea_id: str, contact_id: str) -> uuid.UUID:
    """One row for each contact and idea, so that two requests at the same time are one vote."""
    return uuid.uuid5(KEYS, f"vote\n{idea_id.lower()}\n{contact_id.lower()}")


def _others(scene: Scene, idea_id: str, contact: str) -> list[uuid.UUID]:
    """Votes of this contact for the idea that other programs have written."""
    wanted = f"_regardingobjectid_value eq {idea_id} and _createdbycontact_value eq {contact} and rating ne null"
    own = str(vote_id(idea_id, contact))
    found = scene.rows.rows(FEEDBACK, select=("feedbackid",), filter=wanted)
    return [uuid.UUID(str(row["feedbackid"])) for row in found if id_of(row, "feedbackid") != own]
