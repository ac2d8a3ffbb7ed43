"""What an export's Liquid asks for that this runtime does not serve: tags, filters and objects by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from websites.importing.folder import Export
from websites.templating.environment import filters_known, tags_known
from websites.templating.filters import REFUSED_FILTERS
from websites.templating.served import ALONE, BLOCKS, tags_served

SOURCES = (("webtemplate", "source"), ("webpage", "copy"), ("contentsnippet", "value"))
OBJECTS = ("ads", "blogs", "categories", "events", "forums", "ideas", "knowledge_articles", "polls", "portal", "tags")
_MARKUP = re.compile(r"\{%-?\s*(?P<tag>[a-z_]+)(?P<rest>.*?)%\}|\{\{(?P<output>.*?)\}\}", re.DOTALL)
_RAW = re.compile(r"\{%-?\s*(?:raw|comment)\s*-?%\}.*?\{%-?\s*end(?:raw|comment)\s*-?%\}", re.DOTALL)
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_FILTER = re.compile(r"\|\s*([a-z_]+)")
_OBJECT = re.compile(rf"(?<![\w.\[])({'|'.join(OBJECTS)})(?=[.\[])")


def templates_unserved(export: Export) -> list[str]:
    """One sentence for each tag, filter and object, with the templates that use it."""
    found: dict[str, set[str]] = {}
    for kind, column in SOURCES:
        for record in export.of(kind):
            for what in _in_source(str(record.values.get(column) or "")):
                found.setdefault(what, set()).add(f"{kind} {record.name}")
    return [f"Liquid {what}: in {_listed(places)}" for what, places in sorted(found.items())]


def _in_source(source: str) -> Iterator[str]:
    for markup in _MARKUP.finditer(_RAW.sub("", source)):
        tag, inner = markup["tag"], markup["rest"] or markup["output"] or ""
        if tag and _is_refused_tag(tag):
            yield f"tag {tag}"
        bare = _TEXT.sub("''", inner)
        yield from (f"filter {name}" for name in _FILTER.findall(bare) if _is_refused_filter(name))
        yield from (f"object {name}" for name in _OBJECT.findall(bare))


def _is_refused_tag(name: str) -> bool:
    if name in (*ALONE, *BLOCKS):
        return name not in tags_served()
    return not name.startswith("end") and name not in tags_known() and name not in _PARTS


def _is_refused_filter(name: str) -> bool:
    return name in REFUSED_FILTERS or name not in filters_known()


_PARTS = frozenset({"else", "elsif", "elseif", "when", "comment", "raw"})


def _listed(places: set[str]) -> str:
    known = sorted(places)
    return ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
