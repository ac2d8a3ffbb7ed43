"""``website``, ``request`` and ``languages``."""

from __future__ import annotations

from websites.assets_served import asset
from websites.logo import logo_of
from websites.objects.languages import language_drop, languages_of
from websites.objects.people import SIGN_OUT, sign_in_url
from websites.objects.scene import Scene
from websites.templating.drop import Drop, Table
from websites.theme import theme_of


def request_drop(scene: Scene) -> Drop:
    portal = scene.visit.portal
    return Drop(
        {
            "path": lambda: scene.visit.path,
            "sign_in_url": lambda: sign_in_url(scene),
            "sign_out_url": lambda: SIGN_OUT,
            "url": lambda: f"{portal.origin}{scene.path}",
            "canonical_url": lambda: f"{portal.origin}{scene.path}",
            "host": lambda: portal.host,
            "path_and_query": lambda: scene.visit.path + (f"?{scene.visit.query}" if scene.visit.query else ""),
            "query": lambda: f"?{scene.visit.query}" if scene.visit.query else "",
            "raw_url": lambda: f"{portal.origin}{scene.path}",
            "params": lambda: Table(scene.visit.params, str),
        }
    )


def website_drop(scene: Scene) -> Drop:
    site, portal = scene.loaded.site, scene.visit.portal
    theme = theme_of(site.settings, portal_type=portal.portal_type)
    return Drop(
        {
            "id": lambda: site.website_id,
            "name": lambda: site.name,
            "portal_type": lambda: portal.portal_type,
            "adx_name": lambda: site.name,
            "adx_partialurl": lambda: site.partial_url or "/",
            "language": lambda: language_drop(scene, scene.edition),
            "selected_language": lambda: language_drop(scene, scene.edition),
            "languages": lambda: languages_of(scene),
            "sign_in_url": lambda: sign_in_url(scene),
            "sign_in_url_substitution": lambda: sign_in_url(scene),
            "sign_out_url": lambda: SIGN_OUT,
            "sign_out_url_substitution": lambda: SIGN_OUT,
            "stylesheet": lambda: asset("portal.css").url("portal.css"),
            "theme_stylesheet": lambda: f"/_assets/theme.css?v={theme.version}",
            "logo": lambda: _logo_drop(scene),
            "icon": lambda: f"/_assets/icon.svg?v={theme.version}",
        }
    )


def _logo_drop(scene: Scene) -> Drop | None:
    logo = logo_of(scene.loaded.site, now=scene.visit.now)
    return Drop({"url": lambda: logo.url, "alt": lambda: logo.alt}) if logo else None
