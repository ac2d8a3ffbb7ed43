"""Colours by what people with weak eyes can read (WCAG 2.2). All are ``#rrggbb``."""

from __future__ import annotations

READABLE = 4.5  # text on its paper: 1.4.3


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on ``colour``; one of them always can be."""
    return "#ffffff" if contrast(colour, "#ffffff") >= contrast(colour, "#000000") else "#000000"


def readable(colour: str, paper: str, *, ratio: float = READABLE) -> str:
    """``colour``, moved towards the far end until it stands out from ``paper`` by ``ratio``."""
    goal = 255 if _luminance(paper) < 0.5 else 0
    red, green, blue = _channels(colour)
    for _ in range(40):
        found = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast(found, paper) >= ratio:
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
