"""Templates and texts are written apart: every text that a template asks for is there, in every language."""

from __future__ import annotations

import re

import pytest

from portals.catalog import PortalType
from solutions.content.templates_reader import FOLDER, templates
from solutions.content.texts_reader import languages, texts

ASKED = re.compile(r"""snippets\["([^"]+)"\]""")
# Named by the website, left out where there is nothing to say, or told apart by type.
OPTIONAL = {"Site Name"}


def asked() -> set[str]:
    return {name for source in templates().values() for name in ASKED.findall(source)}


@pytest.mark.parametrize("lcid", sorted(languages()))
def test_every_text_of_the_templates_is_written_in_every_language(lcid: int) -> None:
    written = {name for portal_type in PortalType for name in texts(portal_type, lcid).snippets}
    assert asked() - OPTIONAL - written == set()


def test_every_text_is_listed_for_those_who_write_them() -> None:
    listed = (FOLDER / "README.md").read_text("utf-8")
    assert [name for name in sorted(asked()) if name not in listed] == []
