"""Resource paths: ``systemusers(guid)/systemuserroles_association/$ref`` in its segments."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from organizations.embedded.errors import bad_request

_NAME = re.compile(r"[$A-Za-z_][\w.$]*")


@dataclass(frozen=True)
class Segment:
    """A name, and what stands in parentheses behind it (None where there are none)."""

    name: str
    key: str | None = None


def path_parse(path: str) -> list[Segment]:
    """The segments of a decoded path.

    Raises:
        DataverseError: 400, it is not well formed.
    """
    return [_segment(part) for part in _split(path.strip("/"), "/") if part]


def key_guid(segment: Segment) -> uuid.UUID | None:
    """The row id in the parentheses, or None where something else stands there."""
    try:
        return uuid.UUID(segment.key) if segment.key and len(segment.key) == 36 else None
    except ValueError:
        return None


def key_values(key: str) -> dict[str, str]:
    """``a='x',b=5`` as a dict of literals, or of parameter aliases (``@p``).

    Raises:
        DataverseError: 400, it is not of that form.
    """
    found: dict[str, str] = {}
    for part in _split(key, ","):
        name, equals, value = part.partition("=")
        if not equals or not value or name.strip() in found:
            raise bad_request(f"Error in query syntax: '({key})'.")
        found[name.strip()] = value.strip()
    return found


def literal_text(literal: str) -> str:
    """A string, guid or number literal as its text."""
    if len(literal) >= 2 and literal[0] == literal[-1] == "'":
        return literal[1:-1].replace("''", "'")
    return literal


def _segment(part: str) -> Segment:
    name, paren, rest = part.partition("(")
    if not _NAME.fullmatch(name) or (paren and not rest.endswith(")")):
        raise bad_request(f"Error in query syntax: '{part[:200]}'.")
    return Segment(name, rest[:-1] if paren else None)


def split_outside(text: str, separator: str) -> list[str]:
    """Splits at separators that stand outside quotes and parentheses."""
    return _split(text, separator)


def _split(text: str, separator: str) -> list[str]:
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "'"
        if not quoted:
            depth += (letter == "(") - (letter == ")")
        if letter == separator and not quoted and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    if depth or quoted:
        raise bad_request(f"Error in query syntax: '{text[:200]}'.")
    return parts
