"""Controls that cover text or each other, pages that scroll sideways, targets that are too small to hit."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

MEASURE = (Path(__file__).parent / "geometry.js").read_text().split("\n", 2)[2]


def misplaced(page: Page) -> list[str]:
    """What lies wrong on the page as it is shown now, in words."""
    return [str(found) for found in page.evaluate(MEASURE)]
