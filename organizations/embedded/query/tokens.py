"""Prepares a $filter for the odata-query parser, which cannot read everything that the platform's clients send.

* Names that begin with ``any``, ``all``, ``null``, ``true`` or ``false`` are split by its lexer: they get a prefix.
* ``PropertyValues=["a","b"]``, the same in single quotes, and ``in ('a')`` become lists as it knows them.
* ``Microsoft.Dynamics.CRM.Some'Value'`` becomes the string.

Text inside quotes is never touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from organizations.embedded.errors import bad_request

PREFIX = "x0_"
_WORDS = ("any", "all", "null", "true", "false")
_QUOTED = r"""'(?:[^']|'')*'"""
_TOKEN = re.compile(
    rf"""(?P<enum>[A-Za-z_][\w.]*(?='))|(?P<string>{_QUOTED})"""
    rf"""|(?P<list>\[(?:{_QUOTED}|"(?:[^"\\]|\\.)*"|[^\]"'])*\])|(?P<name>[A-Za-z_]\w*)|(?P<other>.)""",
    re.DOTALL,
)
_QUOTED_LIST = re.compile(rf"\[\s*{_QUOTED}\s*(?:,\s*{_QUOTED}\s*)*\]")


def prepare(text: str) -> str:
    """``text`` in the parser's own dialect."""
    if len(text) > 64_000:
        raise bad_request("The filter is too long.")
    tokens = [_rewritten(match) for match in _TOKEN.finditer(text)]
    for position, token in enumerate(tokens):
        if token.lower() == "in":
            _end_lone_member(tokens, position)
    return "".join(tokens)


def restored(name: str) -> str:
    """A name as it stood before :func:`prepare`."""
    return name.removeprefix(PREFIX)


def _rewritten(match: re.Match[str]) -> str:
    token = match.group()
    if match.lastgroup == "enum":
        return _enum(token)
    if match.lastgroup == "list":
        return _list(token)
    if match.lastgroup == "name" and _is_mistaken(token.lower()):
        return PREFIX + token
    return token


def _is_mistaken(name: str) -> bool:
    return any(name.startswith(word) and name != word for word in _WORDS)


def _list(token: str) -> str:
    if _QUOTED_LIST.fullmatch(token):
        return _as_list(re.findall(_QUOTED, token))
    try:
        values = json.loads(token)
    except ValueError as wrong:
        raise bad_request(f"The list {token[:100]} cannot be read.") from wrong
    if not values or not all(isinstance(value, str | int | float) for value in values):
        raise bad_request(f"The list {token[:100]} cannot be read.")
    return _as_list(["'" + str(value).replace("'", "''") + "'" for value in values])


def _as_list(quoted: Sequence[str]) -> str:
    return f"({','.join(quoted)}{',' if len(quoted) == 1 else ''})"


def _enum(token: str) -> str:
    if not token.startswith("Microsoft.Dynamics.CRM."):
        raise bad_request(f"The literal {token}'…' is not valid.")
    return ""


def _end_lone_member(tokens: list[str], position: int) -> None:
    """``in ('a')`` -> ``in ('a',)``: the parser takes a list of one for a mere parenthesis."""
    rest = iter(range(position + 1, len(tokens)))
    opening = next((index for index in rest if not tokens[index].isspace()), None)
    if opening is None or tokens[opening] != "(":
        return
    closing = next((index for index in rest if tokens[index] == ")"), None)
    if closing is not None and "," not in tokens[opening:closing] and "(" not in tokens[opening + 1 : closing]:
        tokens[closing] = ",)"
