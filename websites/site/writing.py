"""What visitors write in forums and about ideas: plain text with a little Markdown, or HTML that others stored."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from liquid import Markup
from markdown_it import MarkdownIt

from websites.site.cleaning import html_lines, html_text

_TAG_NAMES = "a b blockquote br code em hr i li ol p pre s strong sub sup u ul"
_TAGS = set(_TAG_NAMES.split())
_IS_HTML = re.compile(r"(?is)^\s*<(?:p|div|br|ul|ol|blockquote|strong|em|b|i|a|span|table|h[1-6]|pre)\b[^<>]*>")
_NEXT_POINT = re.compile(r"</li>\s*<li>")
_ADDRESS = re.compile(r"(?<![\w/\"'(<\[])(https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?])")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["heading", "lheading", "image", "hr"])


@lru_cache(maxsize=2_000)
def writing_html(text: str) -> Markup:
    """``text`` as HTML: paragraphs, emphasis, lists, quotations, code and links; no pictures, no headings, no markup
    of the writer's own. Text that begins with a tag is HTML that another program stored, and is cleaned."""
    made = text if _IS_HTML.match(text) else _MARKDOWN.render(_ADDRESS.sub(r"<\1>", text))
    cleaned = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
        strip_comments=True,
    )
    return Markup(cleaned)


def writing_text(text: str) -> str:
    """The words of it, with a mark between the points of a list."""
    return html_text(_NEXT_POINT.sub(" · ", str(writing_html(text))))


def writing_lines(text: str) -> str:
    """The words of it, paragraph by paragraph, for a mail."""
    return html_lines(str(writing_html(text)))


def excerpt_of(text: str, longest: int) -> str:
    """The first words of a text without markup."""
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def quotation(text: str, longest: int) -> str:
    """``text`` as a Markdown quotation; HTML loses its markup."""
    plain = html_text(text) if _IS_HTML.match(text) else text.strip()
    return "\n".join(f"> {line}".rstrip() for line in excerpt_of(plain, longest).split("\n"))
