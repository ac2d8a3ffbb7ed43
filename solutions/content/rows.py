"""Makes the organization's rows of a portal's starter content, in the order in which they can be written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from portals.catalog import Option, PortalType
from portals.languages import PORTAL_LANGUAGES
from solutions.content.article_rows import article_rows
from solutions.content.articles import articles
from solutions.content.blog_rows import blog_rows, tag_links
from solutions.content.errors import BadContent
from solutions.content.form_rows import form_rows
from solutions.content.forum_rows import forum_rows, post_links
from solutions.content.idea_rows import idea_rows
from solutions.content.keys import Keys
from solutions.content.page_rows import link_rows, page_rows, snippet_rows
from solutions.content.people_rows import people_rows
from solutions.content.permission_rows import permission_rows, role_links
from solutions.content.samples_reader import samples
from solutions.content.site_rows import (
    language_rows,
    marker_rows,
    role_rows,
    setting_rows,
    template_rows,
    website_rows,
)
from solutions.content.sites_reader import site
from solutions.content.texts_reader import content_language, languages, texts
from solutions.content.values import Article, ContentLink, ContentRow, Shared, SiteSource, Texts


def content_rows(
    *,
    portal_type: str,
    options: Iterable[str],
    lcid: int,
    website_id: uuid.UUID,
    website_name: str,
    host: str,
    shared: Shared = Shared(),  # noqa: B008  (frozen)
) -> tuple[ContentRow, ...]:
    """The starter content of one website in one language; the website record first, not active yet.

    Args:
        lcid: the portal's language; the pages are English where :func:`content_language` says so.
        host: the portal's address without scheme and port.
        shared: rows that the organization has already.

    Raises:
        ValueError: no such portal type, option or portal language.
        BadContent: a source is not as it must be.
    """
    if lcid not in PORTAL_LANGUAGES:
        raise ValueError(f"{lcid} is no portal language.")
    keys, chosen = Keys(website_id, lcid), PortalType(portal_type)
    source = site(chosen, frozenset(Option(option) for option in options))
    words, shown = texts(chosen, lcid), _articles(source, content_language(lcid))
    return (
        *website_rows(keys, name=website_name, host=host),
        *language_rows(keys, PORTAL_LANGUAGES[lcid], shared),
        *template_rows(keys, source),
        *form_rows(keys, source, words),
        *page_rows(keys, source, words),
        *setting_rows(keys, source, _categories(source, lcid)),
        *marker_rows(keys, source),
        *snippet_rows(keys, words, website_name=website_name),
        *link_rows(keys, source, words),
        *role_rows(keys, source.roles),
        *permission_rows(keys, source),
        *article_rows(keys, shown, shared),
        *_sample_rows(keys, chosen, source, words),
    )


def content_links(
    *, portal_type: str, options: Iterable[str], lcid: int, website_id: uuid.UUID
) -> tuple[ContentLink, ...]:
    """What is linked once the rows of :func:`content_rows` are there."""
    keys, chosen = Keys(website_id, lcid), PortalType(portal_type)
    source = site(chosen, frozenset(Option(option) for option in options))
    shown = samples(chosen, source.parts)
    return (*role_links(keys, source), *post_links(keys, shown.forums), *tag_links(keys, shown.blogs))


def _sample_rows(keys: Keys, chosen: PortalType, source: SiteSource, words: Texts) -> tuple[ContentRow, ...]:
    """What people would have written: threads, posts, ideas."""
    shown = samples(chosen, source.parts)
    return (
        *people_rows(shown.people),
        *forum_rows(keys, shown.forums, words),
        *blog_rows(keys, shown.blogs, words),
        *idea_rows(keys, shown.ideas, words),
    )


def _categories(source: SiteSource, lcid: int) -> tuple[str, ...]:
    """What the type's categories are called, in the portal's language first, then in the others we write in."""
    spoken = dict.fromkeys((content_language(lcid), *sorted(languages())))
    return tuple(dict.fromkeys(article.category for other in spoken for article in _articles(source, other)))


def _articles(source: SiteSource, lcid: int) -> list[Article]:
    known = articles(lcid)
    if missing := [slug for slug in source.articles if slug not in known]:
        raise BadContent(f"articles/{lcid}: there are no {missing}.")
    return [known[slug] for slug in source.articles]
