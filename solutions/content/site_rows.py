"""The rows of the website itself: its record, languages, templates, settings, markers and roles."""

from __future__ import annotations

from collections.abc import Iterator

from babel import Locale

from portals.languages import PortalLanguage
from solutions.content.errors import BadContent
from solutions.content.keys import SETS, SHARED, Keys, bind, content_id
from solutions.content.templates_reader import templates
from solutions.content.values import ContentRow, Role, Shared, SiteSource

ACTIVE, INACTIVE = {"statecode": 0, "statuscode": 1}, {"statecode": 1, "statuscode": 2}
WEB_TEMPLATE = 756150001  # adx_pagetemplate.adx_type
ADMINISTRATORS = "Administrators"
RIGHTS = (
    "adx_managecontentsnippets",
    "adx_managesitemarkers",
    "adx_manageweblinksets",
    "adx_previewunpublishedentities",
)


def website_rows(keys: Keys, *, name: str, host: str) -> Iterator[ContentRow]:
    """The website record, not active yet, and its publishing states."""
    values = {"adx_name": name, "adx_primarydomainname": host, "adx_website_language": keys.lcid, **INACTIVE}
    yield ContentRow(SETS["adx_website"], "adx_website", keys.website_id, values)
    for order, (state, is_visible) in enumerate((("Published", True), ("Draft", False)), start=1):
        yield keys.row(
            "adx_publishingstate",
            (state,),
            {"adx_name": state, "adx_displayorder": order, "adx_isdefault": is_visible, "adx_isvisible": is_visible},
        )


def language_rows(keys: Keys, language: PortalLanguage, shared: Shared) -> Iterator[ContentRow]:
    """The organization's portal language, where it has none, and the website's language."""
    ours = _portal_language_row(language)
    if shared.portal_language_id is None:
        yield ours
    values = {
        "adx_name": language.name,
        "adx_WebsiteId@odata.bind": bind("adx_website", keys.website_id),
        "adx_PortalLanguageId@odata.bind": bind("adx_portallanguage", shared.portal_language_id or ours.id),
        "adx_publishingstate@odata.bind": keys.published,
    }
    yield ContentRow(SETS["adx_websitelanguage"], "adx_websitelanguage", keys.language_id, values)


def _portal_language_row(language: PortalLanguage) -> ContentRow:
    own_name = Locale.parse(language.code, sep="-").get_language_name() or language.name
    values = {
        "adx_name": language.name,
        "adx_languagecode": language.code,
        "adx_lcid": language.lcid,
        "adx_systemlanguage": language.lcid,
        "adx_displayname": own_name[0].upper() + own_name[1:],
    }
    row_id = content_id(SHARED, "adx_portallanguage", str(language.lcid))
    return ContentRow(SETS["adx_portallanguage"], "adx_portallanguage", row_id, values)


def template_rows(keys: Keys, site: SiteSource) -> Iterator[ContentRow]:
    """All web templates, and a page template for each that a page, or a thing that is no page, uses.

    Raises:
        BadContent: a page uses a template that is not there.
    """
    for name, source in templates().items():
        values = {"adx_name": name, "adx_source": source, "adx_mimetype": "text/html"}
        yield keys.row("adx_webtemplate", (name,), values)
    for name in dict.fromkeys((*(page.template for page in site.pages), *site.templates)):
        if name not in templates():
            raise BadContent(f"a page uses the web template {name!r}, which is not there.")
        yield keys.row("adx_pagetemplate", (name,), _page_template(keys, name))


def _page_template(keys: Keys, name: str) -> dict[str, object]:
    return {
        "adx_name": name,
        "adx_type": WEB_TEMPLATE,
        "adx_isdefault": name == "Page",
        "adx_usewebsiteheaderandfooter": False,  # the Layout template brings both
        "adx_webtemplateid@odata.bind": keys.to("adx_webtemplate", name),
    }


def setting_rows(keys: Keys, site: SiteSource, categories: tuple[str, ...]) -> Iterator[ContentRow]:
    """Site settings. ``Knowledge/Categories`` says which of the organization's articles this portal shows."""
    shown = {"Knowledge/Categories": ", ".join(categories)} if categories else {}
    for name, value in {**site.settings, **shown}.items():
        yield keys.row("adx_sitesetting", (name,), {"adx_name": name, "adx_value": value})


def marker_rows(keys: Keys, site: SiteSource) -> Iterator[ContentRow]:
    """Site markers."""
    for name, page in site.markers.items():
        values = {"adx_name": name, "adx_pageid@odata.bind": keys.to("adx_webpage", page)}
        yield keys.row("adx_sitemarker", (name,), values)


def role_rows(keys: Keys, roles: tuple[Role, ...]) -> Iterator[ContentRow]:
    """Web roles, and what the Administrators may do on the website."""
    for role in roles:
        values = {
            "adx_name": role.name,
            "adx_description": role.description,
            "adx_authenticatedusersrole": role.is_default_for == "authenticated",
            "adx_anonymoususersrole": role.is_default_for == "anonymous",
        }
        yield keys.row("adx_webrole", (role.name,), values)
    access = {"adx_name": ADMINISTRATORS, **dict.fromkeys(RIGHTS, True)}
    yield keys.row("adx_websiteaccess", (ADMINISTRATORS,), access)
