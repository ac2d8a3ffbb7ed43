"""Makes a :class:`Site` of the rows: the one place that knows the columns' meaning."""

from __future__ import annotations

import hashlib
import json

from websites.errors import SiteMissing
from websites.site.articles import articles_of
from websites.site.comments import comments_of
from websites.site.languages import languages_of
from websites.site.pages import pages_of
from websites.site.rights import permissions_of, web_roles_of
from websites.site.rows import SiteRows
from websites.site.values import Edition, Language, Link, LinkSet, Page, Site, WebTemplate


def site_assemble(rows: SiteRows, *, website_id: str, portal_lcid: int) -> Site:
    """The site of ``rows``. Raises :class:`SiteMissing` where there is no active website record."""
    websites = rows.of("adx_websites")
    if not websites:
        raise SiteMissing("The organization has no active website record for this portal.")
    languages = languages_of(rows, website=websites[0], portal_lcid=portal_lcid)
    settings = _settings(rows)
    categories = settings.get("Knowledge/Categories", "")
    editions = [edition_of(rows, language, categories=categories) for language in languages]
    return Site(
        website_id=website_id,
        name=str(websites[0].get("adx_name") or ""),
        version=version_of(rows),
        default=editions[0],
        editions={edition.language.code.lower(): edition for edition in editions},
        settings=settings,
        web_templates=_web_templates(rows),
        page_templates=_page_templates(rows),
        web_roles=web_roles_of(rows),
        permissions=permissions_of(rows),
        comments=comments_of(rows),
    )


def version_of(rows: SiteRows) -> str:
    """The same for the same row versions, in every process."""
    return hashlib.sha256(json.dumps(rows.versions, sort_keys=True).encode()).hexdigest()[:16]


def edition_of(rows: SiteRows, language: Language, *, categories: str) -> Edition:
    pages = pages_of(rows, language)
    by_id = {page.id: page for page in pages}
    children: dict[str, list[Page]] = {}
    for page in sorted(pages, key=lambda page: (page.display_order, page.title)):
        children.setdefault(page.parent_id, []).append(page)
    return Edition(
        language=language,
        pages=by_id,
        children={parent: tuple(beneath) for parent, beneath in children.items()},
        paths={page.path.lower(): page for page in pages},
        markers=_markers(rows, by_id),
        snippets=_snippets(rows, language),
        link_sets=_link_sets(rows, language),
        articles=articles_of(rows, language, categories=categories),
    )


def _markers(rows: SiteRows, pages: dict[str, Page]) -> dict[str, Page]:
    named = {str(row["adx_name"]): str(row["_adx_pageid_value"] or "") for row in rows.of("adx_sitemarkers")}
    return {name: pages[page_id] for name, page_id in named.items() if page_id in pages}


def _snippets(rows: SiteRows, language: Language) -> dict[str, str]:
    """Snippets of no language first, so that the language's own win."""
    found = rows.of("adx_contentsnippets")
    general = {row["adx_name"]: row["adx_value"] for row in found if not row["_adx_contentsnippetlanguageid_value"]}
    own = {
        row["adx_name"]: row["adx_value"]
        for row in found
        if language.id and str(row["_adx_contentsnippetlanguageid_value"]) == language.id
    }
    return {str(name): str(value or "") for name, value in (general | own).items()}


def _link_sets(rows: SiteRows, language: Language) -> dict[str, LinkSet]:
    hidden = {str(row["adx_publishingstateid"]) for row in rows.of("adx_publishingstates") if not row["adx_isvisible"]}
    links: dict[str, list[Link]] = {}
    for row in sorted(rows.of("adx_weblinks"), key=lambda row: (row["adx_displayorder"] or 0, row["adx_name"] or "")):
        if str(row["_adx_publishingstateid_value"]) not in hidden:
            links.setdefault(str(row["_adx_weblinksetid_value"]), []).append(_link(row))
    found = sorted(rows.of("adx_weblinksets"), key=lambda row: bool(row["_adx_websitelanguageid_value"]))
    return {
        str(row["adx_name"]): LinkSet(
            str(row["adx_name"]), str(row["adx_title"] or ""), tuple(links.get(str(row["adx_weblinksetid"]), ()))
        )
        for row in found
        if str(row["_adx_websitelanguageid_value"] or "") in {"", language.id}
    }


def _link(row: dict[str, object]) -> Link:
    return Link(
        name=str(row["adx_name"] or ""),
        page_id=str(row["_adx_pageid_value"] or ""),
        external_url=str(row["adx_externalurl"] or ""),
        opens_in_new_window=bool(row["adx_openinnewwindow"]),
    )


def _settings(rows: SiteRows) -> dict[str, str]:
    return {str(row["adx_name"]): str(row["adx_value"] or "") for row in rows.of("adx_sitesettings")}


def _web_templates(rows: SiteRows) -> dict[str, WebTemplate]:
    versions = rows.versions.get("adx_webtemplates", {})
    return {
        str(row["adx_name"]): WebTemplate(
            name=str(row["adx_name"]),
            source=str(row["adx_source"] or ""),
            mime_type=str(row["adx_mimetype"] or ""),
            version=versions.get(str(row["adx_webtemplateid"]), 0),
        )
        for row in rows.of("adx_webtemplates")
    }


def _page_templates(rows: SiteRows) -> dict[str, str]:
    names = {str(row["adx_webtemplateid"]): str(row["adx_name"]) for row in rows.of("adx_webtemplates")}
    return {
        str(row["adx_pagetemplateid"]): names.get(str(row["_adx_webtemplateid_value"]), "")
        for row in rows.of("adx_pagetemplates")
    }
