"""Published knowledge articles of one language."""

from __future__ import annotations

from functools import lru_cache

from liquid import Markup

from websites.site.cleaning import html_clean, html_text
from websites.site.rows import Row, SiteRows
from websites.site.times import time_of
from websites.site.values import Article, Language


def articles_of(rows: SiteRows, language: Language, *, categories: str) -> dict[str, Article]:
    """Lower-case public number -> article, newest change first. An article of no language belongs to every one.

    Args:
        categories: comma separated; only articles of these are the portal's. Empty = all of the organization's.
    """
    shown = [name.strip().casefold() for name in categories.split(",") if name.strip()]
    locales = {str(row["languagelocaleid"]): int(row["localeid"] or 0) for row in rows.of("languagelocale")}
    found = [
        article
        for row in rows.of("knowledgearticles")
        if row["articlepublicnumber"] and _lcid(row, locales) in {0, language.lcid}
        for article in [_article(row)]
        if not shown or article.category.casefold() in shown
    ]
    found.sort(key=lambda article: str(article.modified_on or ""), reverse=True)
    return {article.number.lower(): article for article in found}


def _lcid(row: Row, locales: dict[str, int]) -> int:
    return locales.get(str(row["_languagelocaleid_value"]), 0)


@lru_cache(maxsize=2_000)
def _cleaned(content: str) -> tuple[Markup, str]:
    """Portals of one organization show the same articles: each is cleaned once."""
    return html_clean(content), html_text(content)


def _article(row: Row) -> Article:
    content, text = _cleaned(str(row["content"] or ""))
    return Article(
        id=str(row["knowledgearticleid"]),
        number=str(row["articlepublicnumber"]),
        title=str(row["title"] or ""),
        description=str(row["description"] or ""),
        keywords=tuple(word.strip() for word in str(row["keywords"] or "").split(",") if word.strip()),
        content=content,
        text=text,
        views=int(row["knowledgearticleviews"] or 0),
        modified_on=time_of(row["modifiedon"]),
        rating=float(row["rating"] or 0),
        rating_count=int(row["rating_count"] or 0),
    )
