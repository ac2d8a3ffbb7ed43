"""Templates and texts are written apart: every text that a template asks for is there, in every language."""

from __future__ import annotations

import re

import pytest

from portals.catalog import PortalType
from solutions.content.interface_reader import FOLDER as INTERFACE
from solutions.content.templates_reader import templates
from solutions.content.texts_reader import texts

ASKED = re.compile(r"""snippets\["([^"]+)"\]""")
# Named by the website, left out where there is nothing to say, or told apart by type.
OPTIONAL = {"Site Name"}
NAMES = re.compile(r'^"([^"]+)" = ', re.MULTILINE)


def asked() -> set[str]:
    return {name for source in templates().values() for name in ASKED.findall(source)}


def test_every_text_of_the_templates_is_written() -> None:
    written = {name for portal_type in PortalType for name in texts(portal_type, 1033).snippets}
    assert asked() - OPTIONAL - written == set()


@pytest.mark.parametrize("lcid", [1031, 1036])
def test_a_language_has_all_words_of_a_part_or_none(lcid: int) -> None:
    for path in sorted((INTERFACE / str(lcid)).glob("*.toml")):
        english = (INTERFACE / "1033" / path.name).read_text("utf-8")
        assert NAMES.findall(path.read_text("utf-8")) == NAMES.findall(english), path.name
