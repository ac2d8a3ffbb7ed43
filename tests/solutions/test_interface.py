"""The words of the interface: every portal language has its own, whole sentences none of them English, none broken."""

from __future__ import annotations

import re

import pytest

from portals.languages import PORTAL_LANGUAGES
from solutions.content.interface_reader import ENGLISH, FOLDER, interface, interface_written

OTHERS = [lcid for lcid in PORTAL_LANGUAGES if lcid != ENGLISH]
# Languages whose script is not the Latin one: no word of theirs can be spelled as an English one.
OWN_SCRIPT = [1026, 2052, 3076, 1028, 1032, 1081, 1041, 1087, 1042, 1049, 3098, 1054, 1058]
A_SENTENCE = 3  # words; fewer may be the same in two languages, as "Articles: 5" is in Catalan
every_other_language = pytest.mark.parametrize("lcid", OTHERS)


def places(words: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", words))


def same_as_english(lcid: int) -> dict[str, str]:
    english = interface_written(ENGLISH)
    return {name: words for name, words in interface_written(lcid).items() if words == english[name]}


def test_there_is_a_folder_for_every_portal_language_and_for_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {str(lcid) for lcid in PORTAL_LANGUAGES}


@every_other_language
def test_a_language_has_only_names_that_english_has_and_the_same_places_in_each(lcid: int) -> None:
    english = interface_written(ENGLISH)
    for name, words in interface_written(lcid).items():
        assert words.strip(), name
        assert places(words) == places(english[name]), name


@every_other_language
def test_no_sentence_was_left_in_english(lcid: int) -> None:
    assert not {name for name, words in same_as_english(lcid).items() if len(words.split()) >= A_SENTENCE}


@pytest.mark.parametrize("lcid", OWN_SCRIPT)
def test_a_language_with_a_script_of_its_own_has_no_english_word(lcid: int) -> None:
    assert same_as_english(lcid).keys() <= {"Footer/Text", "Case/Size"}  # a name, and a unit


def test_what_a_language_says_comes_before_english() -> None:
    assert interface(1030)["Sign In/Button"] == "Log på"
    assert interface(1030).keys() == interface(ENGLISH).keys()
