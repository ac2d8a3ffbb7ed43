"""HTML that people wrote in the organization, made harmless: no script, no style, no form, no frame."""

from __future__ import annotations

import html
import re

import nh3
from liquid import Markup, escape

_TAG_NAMES = """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th
    thead time tr u ul var
"""
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {
    "*": {"class", "lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height", "loading"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "scope", "headers"},
    "time": {"datetime"},
    "ol": {"start", "type"},
    "details": {"open"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SPACE = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_PARAGRAPH = re.compile(r"\n\s*\n")
_HAS_MARKUP = re.compile(r"(?i)</?(?:p|div|br|ul|ol|li|strong|em|b|i|a|span|table)\b[^<>]*>")
_GAP = re.compile(r"(?i)</(?:p|ul|ol|h[1-6]|blockquote|pre|table)>")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(?:div|li|tr|dd|dt)>")
_BLOCK_END = re.compile(r"(?i)</(?:p|div|li|h[1-6]|td|th|tr|dd|dt)>|<br\s*/?>")


def html_clean(text: str) -> Markup:
    """``text`` with everything taken out that a browser could run or be led away by."""
    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return Markup(cleaned)


def html_text(text: str) -> str:
    """The words of ``text``, one space between them."""
    bare = nh3.clean(_BLOCK_END.sub(" ", text), tags=set(), attributes={}, clean_content_tags={"script", "style"})
    return _SPACE.sub(" ", html.unescape(bare)).strip()


def html_lines(text: str) -> str:
    """The words of ``text`` with an empty line between paragraphs, as a mail of plain text has them."""
    marked = _BREAK.sub("\ue000", _GAP.sub("\ue000\ue000", text))
    bare = nh3.clean(_SPACE.sub(" ", marked), tags=set(), attributes={}, clean_content_tags={"script", "style"})
    lines = "\n".join(line.strip() for line in html.unescape(bare).split("\ue000"))
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def message_html(text: str) -> Markup:
    """What somebody wrote into a form, or into a text column of the organization, as HTML.

    Plain text gets paragraphs and line ends; text that brings markup of its own is cleaned as HTML.
    """
    if _HAS_MARKUP.search(text):
        return html_clean(text)
    parts = [str(escape(part)).replace("\n", "<br>") for part in _PARAGRAPH.split(text.strip()) if part]
    return Markup("".join(f"<p>{part}</p>" for part in parts))
