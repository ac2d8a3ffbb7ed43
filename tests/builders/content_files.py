"""The words of the starter content as they stand in the files, and which of them are rightly those of English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ENGLISH = 1033
_PLACE = re.compile(r"\{[^{}]*\}")

# Words that a language spells as English does. A word that is right in one language is wrong in another, hence by
# language; one that is not here is taken for forgotten.
_ALIKE = """
1027: Article, Articles, Categories, Idea, No, Normal, Text
1029: E-mail, Role, Text
1030: E-mail, Find, Normal, Note, Problem, Reference, Send, Status, Type
1031: Blog, Community, Gold, IT, Moderation, Name, Normal, Phase, Problem, Status, Support, Text
1031: Threads, Updates, Website
1035: Idea
1036: Article, Articles, Blog, Description, E-mail, Forums, Invitations, Message, Note, Page
1036: Pages, Phase, Prospect, Question, Services, Site, Type, Votes
1038: E-mail
1040: Account, Blog, Community, E-mail, Home, IT, Idea, Knowledge base, No, Privacy, Provider
1041: IT
1043: Account, Blog, Community, E-mail, Forums, IT, Open, Privacy, Project, Provider, Status, Tips
1043: Updates, Website
1044: Normal, Problem, Send, Status, Type
1045: Blog, E-mail, IT
1046: Blog, E-mail, Normal, Site
1048: E-mail, Site, Text
1050: Problem, Status
1051: E-mail, Text
1053: Normal, Problem, Status, Text
1055: Normal, Site
1057: Edit, Normal, Status
1061: Number
1086: Edit, Idea, Popular, Status
1110: Idea, Ideas, Normal
2052: IT
2070: Normal
2074: Problem, Status
3082: Blog, Idea, Ideas, No, Normal
"""
_ALIKE_IN = {(int(lcid), word) for lcid, words in re.findall(r"(\d+): (.+)", _ALIKE) for word in words.split(", ")}
_UNITS = {"KB"}


def parts(folder: Path, lcid: int) -> dict[str, dict[str, str]]:
    """The files of a language in ``interface`` or ``texts``: each text by the way that leads to it, in their order.

    A page's ``link`` is left out: a language says itself where a title is too long for the navigation.
    """
    read = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted((folder / str(lcid)).glob("*.toml"))}
    return {
        part: {"/".join(way): text for way, text in _flat(entries) if way[-1] != "link"}
        for part, entries in read.items()
    }


def _flat(entries: Mapping[str, Any] | list[Any], *way: str) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in entries.items() if isinstance(entries, Mapping) else enumerate(entries):
        if isinstance(value, str):
            yield (*way, str(name)), value
        else:
            yield from _flat(value, *way, str(name))


def names(files: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """File by file, how the texts are called."""
    return [(part, name) for part, texts in files.items() for name in texts]


def places(files: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], list[str]]:
    """What is filled into each text when it is shown, such as ``{count}``."""
    return {(part, name): sorted(_PLACE.findall(text)) for part, texts in files.items() for name, text in texts.items()}


def left_in_english(text: str, english: str, lcid: int) -> set[str]:
    """Lines that say in the language what they say in English, and are not alike by right."""
    return {line for line in (_lines(text) & _lines(english)) - _UNITS if (lcid, line) not in _ALIKE_IN}


def _lines(text: str) -> set[str]:
    lines = {_PLACE.sub("", line).strip(" :©") for line in text.splitlines()}
    return {line for line in lines if any(map(str.isalpha, line))}
