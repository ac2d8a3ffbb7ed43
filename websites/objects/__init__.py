"""The objects a template sees (docs/reference/liquid.md): made for one visit, each when it is asked for."""

from __future__ import annotations

import uuid

from websites.objects.backstage import Backstage
from websites.objects.community import community_objects
from websites.objects.entities import Entities
from websites.objects.knowledge import knowledge_drop
from websites.objects.languages import languages_of
from websites.objects.links import link_set_drop
from websites.objects.pages import current_page_drop, page_drop
from websites.objects.people import form_drop, notice_of, user_drop
from websites.objects.scene import Scene
from websites.objects.search import search_drop, search_is_too_long
from websites.objects.sitemap import SitemapDrop
from websites.objects.website import request_drop, website_drop
from websites.objects.words import Words
from websites.templating.drop import Drop, Table
from websites.templating.served import BACKSTAGE

__all__ = ["Scene", "objects_of", "search_is_too_long"]


def objects_of(scene: Scene) -> dict[str, object]:
    """Every name a template may use."""
    edition = scene.edition
    return {
        "page": current_page_drop(scene),
        "request": request_drop(scene),
        "user": user_drop(scene),
        "form": form_drop(scene),
        "notice": notice_of(scene),
        "website": website_drop(scene),
        "settings": Table(scene.settings, str),
        "snippets": Table(edition.snippets, str),
        "sitemarkers": Table(edition.markers, lambda page: page_drop(scene, page)),
        "weblinks": Table(edition.link_sets, lambda links: link_set_drop(scene, links)),
        "params": Table(scene.visit.params, str),
        "languages": languages_of(scene),
        "sitemap": SitemapDrop(scene),
        "entities": Entities(scene),
        "resx": Words(scene),
        "environment": Drop({}),
        "uniqueid": Drop({"new_guid": lambda: str(uuid.uuid4())}),
        "knowledge": knowledge_drop(scene),
        "search": search_drop(scene),
        "now": scene.visit.now,
        BACKSTAGE: Backstage(scene),
        **community_objects(scene),
        **scene.extra,
    }
