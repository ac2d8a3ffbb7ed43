"""Filters over texts and kinds of values, as the product line has them beside Liquid's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from liquid import Markup, escape
from liquid.filter import string_filter, with_context

from websites.site.cleaning import html_clean
from websites.templating.arrays import field_of
from websites.templating.budget import TEXT, BudgetSpent

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


@string_filter
def safe(text: str) -> Markup:
    """HTML as HTML, cleaned: what nobody may write as text stays out."""
    return html_clean(text)


@string_filter
def replace(text: str, old: object, new: object = "") -> str:
    """Every ``old`` as ``new``, unless that grows beyond what a page may hold."""
    before, after = str(old), str(new)
    if text.count(before) * len(after) > TEXT:
        raise BudgetSpent(f"more than {TEXT} characters in one text")
    return text.replace(before, after)


@string_filter
def escaped(text: str) -> Markup:
    """Text for a page: ``&``, ``<``, ``>`` and quotes written so that they are shown."""
    return Markup(escape(text))


@string_filter
def text_to_html(text: str) -> Markup:
    """Lines and paragraphs of a text as HTML."""
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    made = "".join(f"<p>{str(escape(part.strip())).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    return Markup(made)


@string_filter
def titlecase(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


@string_filter
def truncate_words(text: str, count: object = 15, end: object = "…") -> str:
    """The first words."""
    words, wanted = text.split(), integer(count) or 15
    return text if len(words) <= wanted else " ".join(words[:wanted]) + str(end)


@string_filter
def url_escape(text: str) -> str:
    return quote(text)


@with_context
@string_filter
def liquid(text: str, *, context: Any) -> Markup:
    """The text as Liquid of this page, cleaned."""
    template = context.env.part(text, name=f"{context.template.name} (liquid)")
    copy = context.copy({}, carry_loop_iterations=True, template=template, block_scope=True)
    buffer = context.get_buffer()
    template.render_with_context(copy, buffer, partial=True)
    return html_clean(str(buffer.getvalue()))


def boolean(value: object) -> bool | None:
    """True for true, yes, 1 …; nil for what says neither."""
    text = str(value).strip().lower()
    if text in {"true", "yes", "y", "t", "1", "on"}:
        return True
    return False if text in {"false", "no", "n", "f", "0", "off"} else None


def text_of(value: object) -> str:
    return "" if value is None else str(value)


def integer(value: object) -> int | None:
    number = decimal(value)
    return int(number) if number is not None and abs(number) < 1e18 else None


def decimal(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if number == number else None  # not a number is nil


def file_size(value: object, precision: object = 1) -> str:
    """Bytes as people say them."""
    size = decimal(value) or 0.0
    step = 0
    while size >= 1024 and step < len(_UNITS) - 1:
        size, step = size / 1024, step + 1
    digits = min(max(integer(precision) or 0, 0), 3)
    return f"{size:.{digits if step else 0}f} {_UNITS[step]}"


def has_role(value: object, role: object = "") -> bool:
    """Whether the user has a web role of this name."""
    return str(role).lower() in {str(name).lower() for name in field_of(value, "roles") or ()}


@string_filter
def search_filter_options(text: str) -> list[dict[str, str]]:
    """``Label:table,table;Label:table`` of a site setting as options with ``key`` and ``value``."""
    pairs = [part.partition(":") for part in text.split(";") if ":" in part]
    return [{"key": key.strip(), "value": value.strip()} for key, _, value in pairs]


def unchanged(value: object, *_: object) -> object:
    """What a filter gives that only mattered in another program."""
    return value


TEXT_FILTERS: dict[str, Any] = {
    "safe": safe,
    "replace": replace,
    "h": escaped,
    "xml_escape": escaped,
    "html_safe_escape": safe,
    "text_to_html": text_to_html,
    "titlecase": titlecase,
    "truncate_words": truncate_words,
    "url_escape": url_escape,
    "liquid": liquid,
    "boolean": boolean,
    "integer": integer,
    "number": decimal,
    "decimal": decimal,
    "string": text_of,
    "file_size": file_size,
    "has_role": has_role,
    "search_filter_options": search_filter_options,
    "async": unchanged,
}
