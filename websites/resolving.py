"""From a path to what is shown there: a page, an article, another address, nothing, or nothing for strangers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from websites.site.files import inbound_key
from websites.site.values import Article, Edition, Page, Site, WebFile

HOME, SEARCH, KNOWLEDGE, ARTICLE = "Home", "Search", "Knowledge Base", "Knowledge Article"
NOT_FOUND, DENIED = "Page Not Found", "Access Denied"


@dataclass(frozen=True)
class Found:
    """A page of an edition, and the article it shows where it is the article page."""

    edition: Edition
    page: Page
    article: Article | None = None
    tail: str = ""  # what follows the page's path, decoded, without slashes at the ends

    @property
    def path(self) -> str:
        if self.article:
            return article_path(self.edition, self.article)
        return self.page.path + (f"{quote(self.tail)}/" if self.tail else "")


@dataclass(frozen=True)
class Elsewhere:
    """The same thing, at its own address."""

    path: str


@dataclass(frozen=True)
class Missing:
    """Nothing; ``page`` is the site's own page that says so, where it has one."""

    edition: Edition
    page: Page | None


@dataclass(frozen=True)
class Denied:
    """Something that this visitor may not read."""

    edition: Edition
    page: Page | None


Resolved = Found | Elsewhere | Missing | Denied


def resolve(
    site: Site,
    path: str,
    *,
    now: datetime,
    role_ids: frozenset[str] = frozenset(),
    tails: frozenset[str] = frozenset(),
) -> Resolved:
    """What the decoded ``path`` stands for. Letter case and a missing final slash lead to the page's own address.

    Args:
        role_ids: the visitor's web roles.
        tails: site markers whose pages show something that the rest of the path names.
    """
    edition = edition_of(site, path)
    found = _found(edition, _normal(path)) or _with_tail(edition, path, tails)
    if found is None or not found.page.is_out(now):
        return Missing(edition, edition.markers.get(NOT_FOUND))
    if not found.page.may_be_read(role_ids):
        if found.page.is_draft:  # nobody else learns that it is there
            return Missing(edition, edition.markers.get(NOT_FOUND))
        return Denied(edition, edition.markers.get(DENIED))
    return found if unquote(found.path) == path else Elsewhere(found.path)


def redirect_at(site: Site, edition: Edition, path: str) -> tuple[int, str] | None:
    """Status and address of the site's redirect for a path where there is nothing; None without one."""
    key = inbound_key(path)
    redirect = site.redirects.get(key)
    if redirect is None:
        return None
    page = edition.pages.get(redirect.page_id)
    url = page.path if page else redirect.url.removeprefix("~")
    return (redirect.status, url) if url and inbound_key(url) != key else None


def file_at(site: Site, path: str) -> WebFile | None:
    """The web file at ``path``, with or without a language before it."""
    key = _normal(path)[:-1]
    language = path.strip("/").split("/", 1)[0].lower()
    return site.files.get(key) or (site.files.get(key[len(language) + 1 :]) if language in site.editions else None)


def edition_of(site: Site, path: str) -> Edition:
    """By the language code at the path's start; the default language has none."""
    first = path.strip("/").split("/", 1)[0].lower()
    return site.editions.get(first, site.default)


def article_path(edition: Edition, article: Article | None) -> str:
    """Where an article is shown; "" where the site has no article page."""
    page = edition.markers.get(ARTICLE)
    return f"{page.path}{quote(article.number, safe='')}/" if page and article else ""


def _normal(path: str) -> str:
    """Percent-encoded as pages' paths are, in lower case, with a final slash."""
    parts = [quote(part, safe="") for part in path.split("/") if part]
    return ("/" + "".join(f"{part}/" for part in parts)).lower()


def _found(edition: Edition, normal: str) -> Found | None:
    page = edition.paths.get(normal)
    at_article = edition.markers.get(ARTICLE)
    if page is not None and (at_article is None or page.id != at_article.id):
        return Found(edition, page)
    start = at_article.path.lower() if at_article else None
    if start is None or not normal.startswith(start):
        return None
    article = edition.articles.get(unquote(normal[len(start) :].rstrip("/")))
    return Found(edition, at_article, article) if at_article and article else None


def _with_tail(edition: Edition, path: str, tails: frozenset[str]) -> Found | None:
    """The nearest page above that takes a tail, with the tail in its own letter case."""
    takers = {edition.markers[name].path.lower(): edition.markers[name] for name in tails & edition.markers.keys()}
    parts = [part for part in path.split("/") if part]
    for length in range(len(parts) - 1, -1, -1):
        page = takers.get(_normal("/".join(parts[:length])))
        if page is not None:
            return Found(edition, page, tail="/".join(parts[length:]))
    return None
