"""Files, redirects and shortcuts of a site's rows."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from websites.site.rows import Row, SiteRows
from websites.site.times import time_of
from websites.site.values import Page, Redirect, Shortcut, WebFile

ATTACHMENT = 756150001  # adx_webfile.adx_contentdisposition
LASTING = 301


def files_of(rows: SiteRows, pages: Mapping[str, Page]) -> dict[str, WebFile]:
    """Path in lower case -> file. ``pages`` are the default language's: their paths have no prefix."""
    hidden = hidden_states(rows)
    found = [
        file
        for row in rows.of("adx_webfiles")
        if str(row["_adx_publishingstateid_value"]) not in hidden and (file := _file(row, pages)) is not None
    ]
    return {file.path: file for file in found}


def _file(row: Row, pages: Mapping[str, Page]) -> WebFile | None:
    """None for a file that is beneath no page or has no address."""
    parent = pages.get(str(row["_adx_parentpageid_value"] or ""))
    partial = str(row["adx_partialurl"] or "").strip("/")
    if parent is None or not partial:
        return None
    return WebFile(
        id=str(row["adx_webfileid"]),
        name=str(row["adx_name"] or partial),
        path=(parent.path + "/".join(quote(part, safe="") for part in partial.split("/"))).lower(),
        parent_id=parent.id,
        is_attachment=row["adx_contentdisposition"] == ATTACHMENT,
        releases_at=time_of(row["adx_releasedate"]),
        expires_at=time_of(row["adx_expirationdate"]),
    )


def redirects_of(rows: SiteRows) -> dict[str, Redirect]:
    """Path in lower case, without a slash at its end -> redirect."""
    marked = {str(row["adx_sitemarkerid"]): str(row["_adx_pageid_value"] or "") for row in rows.of("adx_sitemarkers")}
    found: dict[str, Redirect] = {}
    for row in rows.of("adx_redirects"):
        page = str(row["_adx_webpageid_value"] or "") or marked.get(str(row["_adx_sitemarkerid_value"] or ""), "")
        url = str(row["adx_redirecturl"] or "").strip()
        status = LASTING if row["adx_statuscode"] == LASTING else 302
        if page or _is_address(url):
            found[inbound_key(str(row["adx_inboundurl"] or ""))] = Redirect(page, url, status)
    found.pop("/", None)  # nobody is kept from the home page
    return found


def inbound_key(path: str) -> str:
    """ "~/Old/Page/" as "/old/page"."""
    return "/" + path.strip().removeprefix("~").strip("/").lower()


def shortcuts_of(rows: SiteRows) -> dict[str, tuple[Shortcut, ...]]:
    """Page id -> what stands beneath it, in display order."""
    found: dict[str, list[Shortcut]] = {}
    for row in rows.of("adx_shortcuts"):
        shortcut = Shortcut(
            title=str(row["adx_title"] or row["adx_name"] or ""),
            display_order=int(row["adx_displayorder"] or 0),
            page_id=str(row["_adx_webpageid_value"] or ""),
            file_id=str(row["_adx_webfileid_value"] or ""),
            url=str(row["adx_externalurl"] or ""),
        )
        found.setdefault(str(row["_adx_parentpage_webpageid_value"] or ""), []).append(shortcut)
    return {
        page: tuple(sorted(beneath, key=lambda one: (one.display_order, one.title))) for page, beneath in found.items()
    }


def hidden_states(rows: SiteRows) -> frozenset[str]:
    """Publishing states that visitors see nothing of."""
    return frozenset(
        str(row["adx_publishingstateid"]) for row in rows.of("adx_publishingstates") if not row["adx_isvisible"]
    )


def _is_address(url: str) -> bool:
    """An address that a browser may be sent to: of this site, or http(s) elsewhere."""
    if url.startswith(("/", "~/")):
        return not url.startswith(("//", "/\\"))
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
