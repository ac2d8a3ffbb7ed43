"""Which page template shows a thing that stands in no page tree."""

from __future__ import annotations

from websites.objects.scene import Scene


def page_template(scene: Scene, id_: str, name: str) -> str:
    """The page template that a row names; else one of the web template ``name``; "" where the site has neither."""
    known = scene.loaded.site.page_templates
    if known.get(id_):
        return id_
    return next((other for other, template in known.items() if template == name), "")
