"""Reads the web templates: one ``templates/<name>.liquid`` each, the file's name is the template's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from solutions.content.errors import BadContent

FOLDER = Path(__file__).parent / "templates"
LONGEST = 100_000  # characters, as adx_webtemplate.adx_source has them


@cache
def templates(folder: Path = FOLDER) -> Mapping[str, str]:
    """Every web template's source by its name.

    Raises:
        BadContent: a template is longer than its column.
    """
    found = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.liquid"))}
    if long := [name for name, source in found.items() if len(source) > LONGEST]:
        raise BadContent(f"the templates {long} are longer than {LONGEST} characters.")
    return found
