"""Makes a :class:`Site` of the rows: the one place that knows the columns' meaning."""

from __future__ import annotations

import hashlib
import json

from websites.errors import SiteMissing
from websites.site.articles import articles_of
from websites.site.comments import comments_of
from websites.site.community import community_of, hidden_states, thread_types_of
from websites.site.files import files_of, redirects_of, shortcuts_of
from websites.site.forms import forms_of
from websites.site.languages import languages_of
from websites.site.links import link_sets_of
from websites.site.lists import lists_of
from websites.site.page_rules import administrators_of
from websites.site.pages import pages_of
from websites.site.rights import permissions_of, web_roles_of
from websites.site.rows import SiteRows
from websites.site.values import Edition, Language, Page, Site, WebTemplate


def site_assemble(rows: SiteRows, *, website_id: str, portal_lcid: int) -> Site:
    """The site of ``rows``. Raises :class:`SiteMissing` where there is no active website record."""
    websites = rows.of("adx_websites")
    if not websites:
        raise SiteMissing("The organization has no active website record for this portal.")
    languages = languages_of(rows, website=websites[0], portal_lcid=portal_lcid)
    settings = _settings(rows)
    categories = settings.get("Knowledge/Categories", "")
    names = {str(row["adx_webtemplateid"]): str(row["adx_name"]) for row in rows.of("adx_webtemplates")}
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
        forms=forms_of(rows),
        lists=lists_of(rows),
        web_roles=web_roles_of(rows),
        permissions=permissions_of(rows),
        comments=comments_of(rows),
        framed=_framed(rows),
        header=names.get(str(websites[0].get("_adx_headerwebtemplateid_value")), ""),
        footer=names.get(str(websites[0].get("_adx_footerwebtemplateid_value")), ""),
        partial_url=str(websites[0].get("adx_partialurl") or ""),
        files=files_of(rows, editions[0].pages),
        redirects=redirects_of(rows),
        administrators=administrators_of(rows),
        thread_types=thread_types_of(rows),
        hidden_states=hidden_states(rows),
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
        paths=_paths(pages),
        markers=_markers(rows, by_id),
        snippets=_snippets(rows, language),
        link_sets=link_sets_of(rows, language),
        articles=articles_of(rows, language, categories=categories),
        shortcuts=shortcuts_of(rows),
        community=community_of(rows, language),
    )


def _paths(pages: list[Page]) -> dict[str, Page]:
    """Where a draft and a published page have one address, the published one is there."""
    ranked = sorted(pages, key=lambda page: not page.is_draft)
    return {page.path.lower(): page for page in ranked}


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


def _framed(rows: SiteRows) -> frozenset[str]:
    return frozenset(
        str(row["adx_pagetemplateid"]) for row in rows.of("adx_pagetemplates") if row["adx_usewebsiteheaderandfooter"]
    )
