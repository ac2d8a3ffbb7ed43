"""The choices of ideas and idea forums, as the organization stores them."""

from __future__ import annotations

from enum import IntEnum

from websites.features.comments import CommentPolicy


class Status(IntEnum):
    """adx_idea.statuscode."""

    NEW = 1
    ACCEPTED = 100000000
    COMPLETED = 100000001
    REJECTED = 100000002

    @property
    def key(self) -> str:
        """What stands in addresses and class names."""
        return self.name.lower()


class Policy(IntEnum):
    """Who may submit (adx_ideasubmissionpolicy) and comment (adx_commentpolicy)."""

    OPEN = 100000000
    OPEN_TO_AUTHENTICATED = 100000001
    MODERATED = 100000002
    CLOSED = 100000003
    NONE = 100000004
    INHERIT = 100000005


class VotingPolicy(IntEnum):
    """Who may vote (adx_votingpolicy)."""

    OPEN = 100000000
    OPEN_TO_AUTHENTICATED = 100000001
    CLOSED = 100000002


class VotingType(IntEnum):
    """How one votes (adx_votingtype)."""

    UP_ONLY = 100000000
    UP_OR_DOWN = 100000001
    RATING = 100000002


COMMENT_POLICIES = {
    Policy.OPEN: CommentPolicy.OPEN,
    Policy.OPEN_TO_AUTHENTICATED: CommentPolicy.OPEN_TO_AUTHENTICATED,
    Policy.MODERATED: CommentPolicy.MODERATED,
    Policy.CLOSED: CommentPolicy.CLOSED,
    Policy.NONE: CommentPolicy.NONE,
}
