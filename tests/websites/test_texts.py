"""Templates and texts are written apart: every text that a template asks for is there, in every language."""

from __future__ import annotations

import re

import pytest

from portals.catalog import PortalType
from portals.languages import PORTAL_LANGUAGES
from solutions.content.interface_reader import FOLDER as INTERFACE
from solutions.content.templates_reader import templates
from solutions.content.texts_reader import texts
from tests.builders.content_files import ENGLISH, left_in_english, names, parts, places
from websites.site.writing import writing_text
from websites.templating.environment import COMMON

ASKED = re.compile(r"""snippets\["([^"]+)"\]""")
# Named by the website, left out where there is nothing to say, or told apart by type.
OPTIONAL = {"Site Name"}
WORDS = parts(INTERFACE, ENGLISH)
every_other_language = pytest.mark.parametrize("lcid", [lcid for lcid in PORTAL_LANGUAGES if lcid != ENGLISH])


def asked() -> set[str]:
    return {name for source in templates().values() for name in ASKED.findall(source)}


def test_every_text_of_the_lists_is_written_for_every_portal() -> None:
    wanted = set(ASKED.findall((COMMON / "entity list rows.liquid").read_text()))
    assert not any(wanted - set(texts(portal_type, ENGLISH).snippets) for portal_type in PortalType)


def test_every_text_of_the_templates_is_written() -> None:
    written = {name for portal_type in PortalType for name in texts(portal_type, ENGLISH).snippets}
    assert asked() - OPTIONAL - written == set()


def test_the_interface_is_written_in_the_portal_languages_and_in_no_other() -> None:
    assert {folder.name for folder in INTERFACE.iterdir()} == {str(lcid) for lcid in PORTAL_LANGUAGES}


@every_other_language
def test_a_language_has_every_word_of_the_interface_in_the_order_of_english(lcid: int) -> None:
    assert names(parts(INTERFACE, lcid)) == names(WORDS)


@every_other_language
def test_the_same_is_filled_into_a_word_in_every_language(lcid: int) -> None:
    assert places(parts(INTERFACE, lcid)) == places(WORDS)


@every_other_language
def test_no_word_of_the_interface_was_left_in_english(lcid: int) -> None:
    own = parts(INTERFACE, lcid)
    pairs = [(own[part][name], english) for part, words in WORDS.items() for name, english in words.items()]
    assert not [left for text, english in pairs for left in left_in_english(text, english, lcid)]


def test_the_points_of_a_list_are_told_apart_where_it_becomes_one_line() -> None:
    assert writing_text("I want:\n\n- no updates\n- no *mails*") == "I want: no updates · no mails"
