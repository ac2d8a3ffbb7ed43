"""The page tree of one language: root rows give the place, content rows the words."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from websites.site.files import hidden_states
from websites.site.page_rules import page_rules
from websites.site.rows import Row, SiteRows
from websites.site.times import time_of
from websites.site.values import Language, Page

DEEPEST = 40  # longer parent chains are cut off: they can only be a mistake


class _Tree:
    """Root rows by id, and what a page takes over from those above it."""

    def __init__(self, rows: SiteRows) -> None:
        self.roots = {str(row["adx_webpageid"]): row for row in rows.of("adx_webpages") if _is_root(row)}
        self.hidden = hidden_states(rows)
        self.rules = page_rules(rows)

    def chain(self, id_: str) -> list[Row] | None:
        """The page and all above it, the page first; None where the chain is a circle or ends nowhere."""
        found: list[Row] = []
        while id_:
            if id_ not in self.roots or len(found) == DEEPEST:
                return None
            found.append(self.roots[id_])
            id_ = str(self.roots[id_]["_adx_parentpageid_value"] or "")
        return found

    def is_visible(self, row: Row) -> bool:
        return str(row["_adx_publishingstateid_value"]) not in self.hidden


def pages_of(rows: SiteRows, language: Language) -> list[Page]:
    """The pages of ``language``. A page beneath an unpublished one is not published either: both are drafts."""
    tree = _Tree(rows)
    words = _content_rows(rows, language)
    return [page for id_ in tree.roots if (page := _page(tree, id_, words, language))]


def _content_rows(rows: SiteRows, language: Language) -> dict[str, Row | None]:
    """Root id -> the row with this language's words; None where other languages have words and this one has not.

    Words that are of no language stand for all that have none of their own.
    """
    own: dict[str, Row] = {}
    general: dict[str, Row | None] = {}
    for row in rows.of("adx_webpages"):
        root = str(row["_adx_rootwebpageid_value"] or "")
        if not root or _is_root(row):
            continue
        if str(row["_adx_webpagelanguageid_value"] or "") == language.id:
            own[root] = row
        elif not row["_adx_webpagelanguageid_value"]:
            general[root] = row
        else:
            general.setdefault(root, None)
    return general | own


def _page(tree: _Tree, id_: str, words: dict[str, Row | None], language: Language) -> Page | None:
    chain = tree.chain(id_)
    root = tree.roots[id_]
    content = words.get(id_, root)
    if chain is None or content is None:
        return None
    ids = [str(row["adx_webpageid"]) for row in chain]
    is_draft = not all(map(tree.is_visible, [content, *chain]))
    return Page(
        id=id_,
        content_id=str(content["adx_webpageid"]),
        name=str(root["adx_name"] or ""),
        title=str(content["adx_title"] or content["adx_name"] or ""),
        path=language.prefix + _path(chain),
        copy=str(content["adx_copy"] or ""),
        summary=str(content["adx_summary"] or ""),
        parent_id=str(root["_adx_parentpageid_value"] or ""),
        template_id=str(content["_adx_pagetemplateid_value"] or root["_adx_pagetemplateid_value"] or ""),
        display_order=int(root["adx_displayorder"] or 0),
        is_hidden_from_sitemap=bool(root["adx_hiddenfromsitemap"]),
        is_excluded_from_search=bool(root["adx_excludefromsearch"] or content["adx_excludefromsearch"]),
        readers=tree.rules.readers(ids, is_draft=is_draft),
        file_readers=tree.rules.readers(ids, is_draft=is_draft, of_files=True),
        is_draft=is_draft,
        partial_url=str(root["adx_partialurl"] or ""),
        description=str(content["adx_meta_description"] or ""),
        image_url=str(content["adx_imageurl"] or root["adx_imageurl"] or ""),
        releases_at=_latest(chain, "adx_releasedate"),
        expires_at=_earliest(chain, "adx_expirationdate"),
        modified_on=time_of(content["modifiedon"]),
        form_id=_form(content) or _form(root),
        list_id=str(content["_adx_entitylist_value"] or root["_adx_entitylist_value"] or "").lower(),
    )


def _form(row: Row) -> str:
    """The web form of a page, or its entity form."""
    return str(row["_adx_webform_value"] or row["_adx_entityform_value"] or "").lower()


def _is_root(row: Row) -> bool:
    return bool(row["adx_isroot"]) or not row["_adx_rootwebpageid_value"]


def _path(chain: list[Row]) -> str:
    parts = [str(row["adx_partialurl"] or "").strip("/") for row in reversed(chain)]
    return "/" + "".join(f"{quote(part, safe='')}/" for part in parts if part)


def _latest(chain: list[Row], column: str) -> datetime | None:
    return max((at for row in chain if (at := time_of(row[column]))), default=None)


def _earliest(chain: list[Row], column: str) -> datetime | None:
    return min((at for row in chain if (at := time_of(row[column]))), default=None)
