"""Pages of the sign-in: the runtime's own templates within the site's layout and words."""

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
    """The template ``name`` of ``folder``, in the language of ``path``; a plain page where the site has no layout.

    Args:
        path: where the visitor came from, or is going.
        objects: what the template shows beside the objects of every page.
    """
    visitor = visitor_here(request, portal, loaded)
    visit = Visit(portal, path, "", {}, datetime.now(UTC), visitor)
    edition = edition_of(loaded.site, path)
    home = edition.markers.get(HOME)
    if home is None:
        return sign_in_plain_page(name, status)
    scene = Scene(visit, loaded, edition, home, None, status, extra=objects or {})
    try:
        body = loaded.environment.part(_source(folder, name), name=name).render(objects_of(scene))
    except LiquidError:
        return sign_in_plain_page(name, status)
    response = HttpResponse(body, status=status)
    response["Content-Language"] = edition.language.code
    response["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=8)
def _source(folder: Path, name: str) -> str:
    return (folder / f"{name}.liquid").read_text()
