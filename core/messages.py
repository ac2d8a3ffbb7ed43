"""Sentences for codes. Each room registers its own in its messages.py; pages, API and mail all read them here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Turn(StrEnum):
    """Whose turn it is."""

    VISITOR = "visitor"
    ADMINISTRATOR = "administrator"
    ORGANIZATION = "organization"
    OURS = "ours"


@dataclass(frozen=True)
class Message:
    """What people read for a code: a heading, a body (``str.format`` with the error's context), what to do next."""

    heading: str
    body: str = ""
    next_action: str = ""
    turn: Turn = Turn.ADMINISTRATOR


_MESSAGES: dict[str, Message] = {}


def messages_register(messages: dict[str, Message]) -> None:
    """Add a room's sentences; a code said twice is a mistake of the program."""
    twice = _MESSAGES.keys() & messages.keys()
    if any(_MESSAGES[code] != messages[code] for code in twice):
        raise ValueError(f"The codes {sorted(twice)} have a sentence already.")
    _MESSAGES.update(messages)


def message_for(code: str) -> Message | None:
    """The sentences of ``code``, or None where no room has registered it."""
    return _MESSAGES.get(code)
