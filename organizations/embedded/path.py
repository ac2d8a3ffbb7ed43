"""Resource paths: ``systemusers(guid)/systemuserroles_association/$ref`` in its segments."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from organizations.embedded.errors import DataverseError, bad_request

_API = re.compile(r"^(?P<host>https?://[^/?]+)?(?P<base>/[^?]*)?/api/data/v9\.\d/")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
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


def below_api(api_url: str, address: str) -> str:
    """What an address names below the API at ``api_url``: clients write it absolute, without the host, or relative.

    Raises:
        DataverseError: 400, it is an address elsewhere, whose rows are not the ones here.
    """
    found = _API.match(address)
    if found is None:
        if _ABSOLUTE.match(address):
            raise _elsewhere(address)
        return address.lstrip("/")
    ours, host = urlsplit(api_url), (found["host"] or "").partition("://")[2]
    bases = ("/", ours.path.partition("api/data/")[0])
    if host.lower() not in ("", ours.netloc.lower()) or f"{found['base'] or ''}/" not in bases:
        raise _elsewhere(address)
    return address[found.end() :]


def _elsewhere(address: str) -> DataverseError:
    return bad_request(f"The address '{address[:200]}' is not one of this organization.")


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
