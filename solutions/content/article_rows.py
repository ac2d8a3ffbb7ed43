"""The rows of knowledge articles. An organization's portals share them, so their ids hang from no website."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solutions.content.keys import SETS, SHARED, Keys, content_id
from solutions.content.values import Article, ContentRow, Shared

PUBLISHED = {"statecode": 3, "statuscode": 7}


def article_rows(keys: Keys, articles: Sequence[Article], shared: Shared) -> Iterator[ContentRow]:
    """Published articles in the portal's language."""
    language = {}
    if shared.language_locale_id:
        language["languagelocaleid@odata.bind"] = f"/languagelocale({shared.language_locale_id})"
    for article in articles:
        row_id = content_id(SHARED, "knowledgearticle", str(keys.lcid), article.slug)
        yield ContentRow(SETS["knowledgearticle"], "knowledgearticle", row_id, {**_values(article), **language})


def _values(article: Article) -> dict[str, object]:
    return {
        "title": article.title,
        "articlepublicnumber": article.number,
        "description": article.description,
        "keywords": ", ".join((article.category, *article.keywords)),  # the first one is the category
        "content": article.content,
        "isinternal": False,
        "majorversionnumber": 1,
        "minorversionnumber": 0,
        **PUBLISHED,
    }
