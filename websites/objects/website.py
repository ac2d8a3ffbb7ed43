"""``website``, ``request`` and ``languages``."""

from __future__ import annotations

from websites.assets_served import asset
from websites.objects.people import SIGN_OUT, sign_in_url
from websites.objects.scene import Scene
from websites.resolving import HOME
from websites.site.values import Edition
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
            "language": lambda: language_drop(scene, scene.edition),
            "stylesheet": lambda: asset("portal.css").url("portal.css"),
            "theme_stylesheet": lambda: f"/_assets/theme.css?v={theme.version}",
            "icon": lambda: f"/_assets/icon.svg?v={theme.version}",
        }
    )


def language_drop(scene: Scene, edition: Edition) -> Drop:
    language = edition.language
    there = edition.pages.get(scene.page.id) or edition.markers.get(HOME)
    path = there.path if there else f"{language.prefix}/"
    return Drop(
        {
            "code": lambda: language.code,
            "name": lambda: language.name,
            "direction": lambda: language.direction,
            "url": lambda: path,
            "absolute_url": lambda: f"{scene.visit.portal.origin}{path}",
            "is_current": lambda: language.code == scene.edition.language.code,
        }
    )
