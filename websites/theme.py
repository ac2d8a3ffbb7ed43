"""A portal's look from its site settings as a small style sheet: readable on light and dark, whatever was chosen.

What is no colour, no font of ours or no sane height is the portal type's own instead. A colour that nobody could tell
from the page is moved until it can be seen. Both are told, so that who set it can set it right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portals.catalog import PortalType
from websites.colours import contrast, ink_on, readable

PRIMARY, ACCENT, FONT, LOGO_HEIGHT = "Theme/Primary", "Theme/Accent", "Theme/Font", "Theme/Logo Height"
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
SEEN = 1.25  # a shape of a colour nearer to its paper than that is not seen …
SHOWN = 1.5  # … and is moved so far from it
LIGHT_PAPER, DARK_PAPER = "#f6f7f9", "#1b222b"  # --ground of portal.css: where links are hardest to read
HEIGHTS = range(24, 97)  # pixels of a logo in the header
HEIGHT = 38
BY_TYPE: dict[str, tuple[str, str]] = {
    PortalType.CUSTOMER_SELF_SERVICE: ("#0b5cab", "#b8430f"),
    PortalType.PARTNER: ("#1f5f4a", "#8a5a00"),
    PortalType.EMPLOYEE_SELF_SERVICE: ("#5b3f94", "#0a6b6b"),
    PortalType.COMMUNITY: ("#a8324a", "#2b5c8a"),
    PortalType.CUSTOM: ("#2f4858", "#9a4b00"),
}
FONTS: dict[str, str] = {  # what visitors' systems bring; nothing is fetched from anybody
    "system": 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif',
    "humanist": 'Seravek,"Gill Sans Nova",Ubuntu,Calibri,"DejaVu Sans",source-sans-pro,sans-serif',
    "geometric": 'Avenir,Montserrat,Corbel,"URW Gothic",source-sans-pro,sans-serif',
    "grotesque": 'Inter,Roboto,"Helvetica Neue","Arial Nova","Nimbus Sans",Arial,sans-serif',
    "rounded": 'ui-rounded,"Hiragino Maru Gothic ProN",Quicksand,Comfortaa,Manjari,"Arial Rounded MT Bold",sans-serif',
    "serif": 'Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif",serif',
    "old-style": '"Iowan Old Style","Palatino Linotype","URW Palladio L",P052,serif',
    "slab": 'Rockwell,"Rockwell Nova","Roboto Slab","DejaVu Serif","Sitka Small",serif',
}


@dataclass(frozen=True)
class Theme:
    """``primary`` carries links, buttons and the hero; ``accent`` the lines that set it off. Both ``#rrggbb``."""

    primary: str
    accent: str
    font: str = "system"
    logo_height: int = HEIGHT
    problems: tuple[str, ...] = ()

    @property
    def css(self) -> str:
        own = f"--font:{FONTS[self.font]};--logo:{self.logo_height / 16:g}rem"
        return (
            f":root{{{self._colours(LIGHT_PAPER)};{own}}}"
            f"@media (prefers-color-scheme:dark){{:root{{{self._colours(DARK_PAPER)}}}}}"
        )

    @property
    def version(self) -> str:
        return hashlib.sha256(self.css.encode()).hexdigest()[:12]

    def _colours(self, paper: str) -> str:
        brand, accent = seen(self.primary, paper), seen(self.accent, paper)
        return f"--brand:{brand};--on-brand:{ink_on(brand)};--accent:{accent};--link:{readable(self.primary, paper)}"


def theme_of(settings: Mapping[str, str], *, portal_type: str) -> Theme:
    """The look that the settings ask for, and what is wrong with them."""
    asked = tuple(settings.get(name, "").strip() for name in (PRIMARY, ACCENT, FONT, LOGO_HEIGHT))
    return _theme(portal_type, *asked)


def icon_svg(theme: Theme, letter: str) -> str:
    """The site's icon: its first letter on its colour. ``letter`` is escaped by the caller."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{theme.primary}"/>'
        '<text x="16" y="22.5" text-anchor="middle" font-family="system-ui,sans-serif" font-size="19" font-weight="700"'
        f' fill="{ink_on(theme.primary)}">{letter}</text></svg>'
    )


def seen(colour: str, paper: str) -> str:
    """``colour`` as a shape on ``paper``: itself, unless it could not be told from it."""
    return colour if contrast(colour, paper) >= SEEN else readable(colour, paper, ratio=SHOWN)


@lru_cache(maxsize=2_000)
def _theme(portal_type: str, primary: str, accent: str, font: str, height: str) -> Theme:
    problems: list[str] = []
    own = BY_TYPE.get(portal_type, BY_TYPE[PortalType.CUSTOM])
    return Theme(
        primary=_colour(PRIMARY, primary, own[0], problems),
        accent=_colour(ACCENT, accent, own[1], problems),
        font=_font(font, problems),
        logo_height=_height(height, problems),
        problems=tuple(problems),
    )


def _colour(name: str, asked: str, default: str, problems: list[str]) -> str:
    if asked and not COLOUR.fullmatch(asked):
        problems.append(f"{name}: “{asked[:40]}” is no colour like #0b5cab, so {default} is used.")
    if not COLOUR.fullmatch(asked):
        return default
    short = asked.lower()[1:]
    found = "#" + (short if len(short) == 6 else "".join(2 * digit for digit in short))
    for paper, scheme in ((LIGHT_PAPER, "light"), (DARK_PAPER, "dark")):
        shown = seen(found, paper)
        if shown != found:
            problems.append(f"{name}: {found} cannot be told from a {scheme} page, so {shown} is shown there.")
    return found


def _font(asked: str, problems: list[str]) -> str:
    if not asked or asked.lower() in FONTS:
        return asked.lower() or "system"
    problems.append(f"{FONT}: “{asked[:40]}” is none of {', '.join(FONTS)}, so system is used.")
    return "system"


def _height(asked: str, problems: list[str]) -> int:
    number = asked.lower().removesuffix("px").strip()
    if number.isascii() and number.isdecimal() and len(number) < 5 and int(number) in HEIGHTS:
        return int(number)
    if asked:
        told = f"is no height from {HEIGHTS[0]} to {HEIGHTS[-1]} pixels, so {HEIGHT} is used."
        problems.append(f"{LOGO_HEIGHT}: “{asked[:40]}” {told}")
    return HEIGHT
