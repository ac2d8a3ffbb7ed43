"""Pages of the runtime itself, such as those of the sign-in: own templates within the site's layout and words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from liquid.exceptions import LiquidError

from websites.hosts import PortalAtHost
from websites.objects import Scene, objects_of
from websites.plainpages import sign_in_plain_page
from websites.resolving import HOME, edition_of
from websites.site.loaded import LoadedSite
from websites.visit import Visit
from websites.visitors.here import visitor_here
from websites.visitors.members import is_members_only

FOLDER = Path(__file__).parent


def sign_in_page(
    request: HttpRequest,
    portal: PortalAtHost,
    loaded: LoadedSite,
    name: str,
    *,
    status: int = 200,
    path: str = "/",
    objects: Mapping[str, object] | None = None,
    folder: Path = FOLDER,
) -> HttpResponse:
    """As :func:`layout_page`; a plain page where the site's layout fails."""
    page = layout_page(request, portal, loaded, name, status=status, path=path, objects=objects or {}, folder=folder)
    return page or sign_in_plain_page(name, status)


def layout_page(
    request: HttpRequest,
    portal: PortalAtHost,
    loaded: LoadedSite,
    name: str,
    *,
    status: int,
    path: str,
    objects: Mapping[str, object],
    folder: Path,
) -> HttpResponse | None:
    """The template ``name`` of ``folder``, in the language of ``path``; None where the site has no home page or its
    layout fails. A site without a layout, as an imported one, gets a bare one.

    Args:
        path: where the visitor came from, or is going.
        objects: what the template shows beside the objects of every page. At a portal for members alone nobody else
            reads what its pages are called.
    """
    visitor = visitor_here(request, portal, loaded)
    visit = Visit(portal, path, "", {}, datetime.now(UTC), visitor)
    edition = edition_of(loaded.site, path)
    home = edition.markers.get(HOME)
    if home is None:
        return None
    shown = {**objects, "weblinks": {}} if visitor is None and is_members_only(portal) else objects
    scene = Scene(visit, loaded, edition, home, None, status, extra=shown)
    try:
        body = loaded.environment.part(_source(folder, name), name=name).render(objects_of(scene))
    except LiquidError:
        return None
    response = HttpResponse(body, status=status)
    response["Content-Language"] = edition.language.code
    response["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=8)
def _source(folder: Path, name: str) -> str:
    return (folder / f"{name}.liquid").read_text()
