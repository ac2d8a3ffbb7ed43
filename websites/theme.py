"""A portal's colours from its site settings as a small style sheet: readable on light and dark, whatever was chosen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from portals.catalog import PortalType

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
READABLE = 4.5  # WCAG 2.2, 1.4.3
LIGHT_PAPER, DARK_PAPER = "#f6f7f9", "#1b222b"  # --ground of portal.css: where links are hardest to read
BY_TYPE: dict[str, tuple[str, str]] = {
    PortalType.CUSTOMER_SELF_SERVICE: ("#0b5cab", "#b8430f"),
    PortalType.PARTNER: ("#1f5f4a", "#8a5a00"),
    PortalType.EMPLOYEE_SELF_SERVICE: ("#5b3f94", "#0a6b6b"),
    PortalType.COMMUNITY: ("#a8324a", "#2b5c8a"),
    PortalType.CUSTOM: ("#2f4858", "#9a4b00"),
}


@dataclass(frozen=True)
class Theme:
    """``primary`` carries links, buttons and the hero; ``accent`` the lines that set it off. Both ``#rrggbb``."""

    primary: str
    accent: str

    @property
    def css(self) -> str:
        light = readable(self.primary, LIGHT_PAPER)
        dark = readable(self.primary, DARK_PAPER)
        return (
            f":root{{--brand:{self.primary};--on-brand:{ink_on(self.primary)};--accent:{self.accent};"
            f"--link:{light}}}"
            f"@media (prefers-color-scheme:dark){{:root{{--link:{dark}}}}}"
        )

    @property
    def version(self) -> str:
        return hashlib.sha256(self.css.encode()).hexdigest()[:12]


def theme_of(settings: Mapping[str, str], *, portal_type: str) -> Theme:
    """Colours of the settings; what is no colour is the type's own."""
    primary, accent = BY_TYPE.get(portal_type, BY_TYPE[PortalType.CUSTOM])
    return Theme(_colour(settings, "Theme/Primary", primary), _colour(settings, "Theme/Accent", accent))


def icon_svg(theme: Theme, letter: str) -> str:
    """The site's icon: its first letter on its colour. ``letter`` is escaped by the caller."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{theme.primary}"/>'
        '<text x="16" y="22.5" text-anchor="middle" font-family="system-ui,sans-serif" font-size="19" font-weight="700"'
        f' fill="{ink_on(theme.primary)}">{letter}</text></svg>'
    )


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on ``colour``."""
    return "#ffffff" if contrast(colour, "#ffffff") >= contrast(colour, "#000000") else "#000000"


def readable(colour: str, paper: str) -> str:
    """``colour``, moved towards the far end until it can be read on ``paper``."""
    goal = 255 if _luminance(paper) < 0.5 else 0
    red, green, blue = _channels(colour)
    for _ in range(40):
        found = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast(found, paper) >= READABLE:
            return found
        red, green, blue = (channel + round((goal - channel) * 0.12) for channel in (red, green, blue))
    return ink_on(paper)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _colour(settings: Mapping[str, str], name: str, default: str) -> str:
    found = settings.get(name, "").strip()
    return found.lower() if COLOUR.fullmatch(found) else default
