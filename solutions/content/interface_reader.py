"""Reads the words of the interface, ``interface/<lcid>/<part>.toml``: buttons, labels, notices, one file a part.

They are written for every portal language; a word that a language lacks is English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from solutions.content.errors import BadContent

FOLDER = Path(__file__).parent / "interface"
ENGLISH = 1033


@cache
def interface(lcid: int) -> Mapping[str, str]:
    """Snippets by name, in the language or, one by one, in English.

    Raises:
        BadContent: a file is not as it must be.
    """
    return {**interface_written(ENGLISH), **interface_written(lcid)}


@cache
def interface_written(lcid: int) -> Mapping[str, str]:
    """The snippets that are written in the language itself; none for a language that we do not write in.

    Raises:
        BadContent: a file is no TOML, a value no text, or two files hold one name.
    """
    found: dict[str, str] = {}
    for path in sorted((FOLDER / str(lcid)).glob("*.toml")):
        entries = _read(path)
        if twice := found.keys() & entries.keys():
            raise BadContent(f"interface/{lcid}/{path.name}: {sorted(twice)} stand in another file too.")
        found |= entries
    return found


def _read(path: Path) -> dict[str, str]:
    where = f"interface/{path.parent.name}/{path.name}"
    try:
        return strings_checked(tomllib.loads(path.read_text("utf-8")))
    except ValueError as wrong:
        raise BadContent(f"{where}: {wrong}") from wrong


def strings_checked(entries: Mapping[str, Any]) -> dict[str, str]:
    """Snippets, each a text.

    Raises:
        ValueError: one is something else.
    """
    if odd := [name for name, value in entries.items() if not isinstance(value, str)]:
        raise ValueError(f"the snippets {odd} are no texts.")
    return dict(entries)
