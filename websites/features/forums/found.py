"""Threads for the search: the newest ones by title and first post."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from websites.features.forums.places import FORUMS
from websites.features.forums.reading import THREAD, THREAD_ID, THREADS, id_of
from websites.features.found import NEWEST, readers_of
from websites.search import Document
from websites.site.loaded import LoadedSite
from websites.site.times import time_of
from websites.site.values import Edition
from websites.site.writing import excerpt_of, writing_text

SUMMARY = 300


def threads_found(loaded: LoadedSite, edition: Edition) -> Iterator[Document]:
    """One call, where the language has forums and a page for them."""
    page, forums = edition.markers.get(FORUMS), {forum.id: forum for forum in edition.community.forums.values()}
    if page is None or not forums:
        return
    here = " or ".join(f"_adx_forumid_value eq {id_}" for id_ in forums)
    states = "".join(f" and _adx_publishingstateid_value ne {state}" for state in sorted(loaded.site.hidden_states))
    rows = loaded.source.rows(
        THREADS,
        select=(THREAD_ID, "adx_name", "adx_lastpostdate", "_adx_forumid_value"),
        filter=f"({here}) and statecode eq 0{states}",
        orderby="adx_lastpostdate desc",
        expand="adx_firstpostid($select=adx_content,statecode)",
        top=NEWEST,
    )
    readers = readers_of(loaded, page, THREAD)
    for row in rows:
        first, forum = row.get("adx_firstpostid") or {}, forums[id_of(row, "_adx_forumid_value")]
        if first and not first.get("statecode"):
            text = writing_text(str(first.get("adx_content") or ""))
            yield Document(
                kind="thread",
                key=id_of(row, THREAD_ID),
                title=str(row.get("adx_name") or ""),
                summary=excerpt_of(text, SUMMARY),
                keywords="",
                body=text,
                url=f"{page.path}{quote(forum.slug, safe='')}/{id_of(row, THREAD_ID)}/",
                category=forum.name,
                modified_on=time_of(row.get("adx_lastpostdate")),
                readers=readers,
            )
