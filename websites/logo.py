"""The logo of a site's header: a picture among the site's own web files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from websites.site.values import Site
from websites.theme import theme_of

URL, ALT = "Theme/Logo Url", "Theme/Logo Alt"
PICTURES = (".svg", ".png", ".webp", ".avif", ".jpg", ".jpeg", ".gif")


@dataclass(frozen=True)
class Logo:
    """``alt`` is empty where the site's name, which stands beside it, says all."""

    url: str
    alt: str


def logo_of(site: Site, *, now: datetime) -> Logo | None:
    """None where none is wanted, or what is named is no picture of this site that may be shown now."""
    file = site.files.get(_path(site))
    if file is None or not file.path.endswith(PICTURES) or not file.is_out(now):
        return None
    return Logo(file.path, site.settings.get(ALT, "").strip()[:200])


def look_problems(site: Site, *, portal_type: str, now: datetime) -> tuple[str, ...]:
    """What is wrong with the settings of the site's look, in sentences for those who run it."""
    problems = theme_of(site.settings, portal_type=portal_type).problems
    if not _path(site) or logo_of(site, now=now) is not None:
        return problems
    asked = site.settings.get(URL, "").strip()[:80]
    wanted = f"no picture ({' '.join(PICTURES)}) among the web files of this site"
    return (*problems, f"{URL}: “{asked}” is {wanted}, so the first letter of the name is shown.")


def _path(site: Site) -> str:
    return site.settings.get(URL, "").strip().removeprefix("~").lower()
