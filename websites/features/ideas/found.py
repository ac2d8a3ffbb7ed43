"""Ideas for the search: the newest ones that are approved."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from websites.features.found import NEWEST, readers_of
from websites.features.ideas.places import IDEAS as MARKER
from websites.features.ideas.reading import IDEA, IDEA_ID, IDEAS, id_of
from websites.search import Document
from websites.site.loaded import LoadedSite
from websites.site.times import time_of
from websites.site.values import Edition
from websites.site.writing import excerpt_of, writing_text

SUMMARY = 300


def ideas_found(loaded: LoadedSite, edition: Edition) -> Iterator[Document]:
    """One call, where the language has idea forums and a page for them."""
    page, forums = edition.markers.get(MARKER), {one.id: one for one in edition.community.idea_forums.values()}
    if page is None or not forums:
        return
    here = " or ".join(f"_adx_ideaforumid_value eq {id_}" for id_ in forums)
    rows = loaded.source.rows(
        IDEAS,
        select=(IDEA_ID, "adx_name", "adx_copy", "adx_partialurl", "adx_date", "_adx_ideaforumid_value"),
        filter=f"({here}) and statecode eq 0 and adx_approved eq true",
        orderby="adx_date desc",
        top=NEWEST,
    )
    readers = readers_of(loaded, page, IDEA)
    for row in rows:
        forum, text = forums[id_of(row, "_adx_ideaforumid_value")], writing_text(str(row.get("adx_copy") or ""))
        slug = str(row.get("adx_partialurl") or "").lower()
        if slug:
            yield Document(
                kind="idea",
                key=id_of(row, IDEA_ID),
                title=str(row.get("adx_name") or ""),
                summary=excerpt_of(text, SUMMARY),
                keywords="",
                body=text,
                url=f"{page.path}{quote(forum.slug, safe='')}/{quote(slug, safe='')}/",
                category=forum.name,
                modified_on=time_of(row.get("adx_date")),
                readers=readers,
            )
