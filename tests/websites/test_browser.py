"""Portals in a real browser: nothing refused, nothing misplaced, 0 accessibility violations, in light and in dark."""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

from portals.catalog import PortalType
from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory, starter_site
from tests.journeys.geometry import misplaced
from tests.websites.browsing import browse, portal_told, served
from websites.hosts import PortalAtHost
from websites.visitors.members import is_members_only
from websites.visitors.values import Visitor

pytestmark = pytest.mark.browser
PATHS = {
    "home": "/",
    "list": "/knowledgebase/",
    "list-filtered": "/knowledgebase/?category=orders",
    "article": "/knowledgebase/article/KA-01003/",
    "search": "/search/?q=pa",
    "search-long": f"/search/?q={'x' * 201}",
    "missing": "/nothing/",
    "contact": "/contact/",
    "site-map": "/sitemap/",
}
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
SETTINGS = {
    "ROOT_URLCONF": "websites.urls",
    "MIDDLEWARE": ["websites.middleware.PortalMiddleware"],
    "ALLOWED_HOSTS": ["*"],
    "APPEND_SLASH": False,
    "FILE_UPLOAD_HANDLERS": ["websites.uploads.PortalFileHandler"],
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int, None, None]:
    """A portal of each type at ``<type>.portals.localhost``, and ``waiting…`` which is not open yet."""
    rows = RowsInMemory()
    with override_settings(**SETTINGS), served(rows, tmp_path_factory.mktemp("sites")) as (held, found):
        for portal_type in PortalType.values:
            site = starter_site(rows, portal_type, name="Contoso")
            portal_told(held, site, host=host_of(portal_type), portal_type=portal_type)
        portal_told(held, site, host="waiting.portals.localhost", portal_type="custom", is_open=False)
        with patch("websites.views.visitor_here", side_effect=_visitor):
            yield found


def _visitor(request: object, portal: PortalAtHost, loaded: object) -> Visitor | None:
    """Nobody, but for portals that show nothing to nobody."""
    return Visitor(uuid.uuid4(), str(MARIA), "Maria Campbell", "maria@example.com") if is_members_only(portal) else None


def host_of(portal_type: str) -> str:
    return f"{portal_type.replace('_', '-')}.portals.localhost"


@pytest.mark.parametrize("portal_type", [*PortalType.values, "waiting"])
def test_every_page_is_accessible_and_in_its_place(port: int, portal_type: str) -> None:
    paths = {"waiting": "/"} if portal_type == "waiting" else PATHS
    problems = browse(lambda browser: looked_over(browser, f"http://{host_of(portal_type)}:{port}", paths, portal_type))
    assert problems == []


def looked_over(browser: Browser, base: str, paths: dict[str, str], portal_type: str) -> list[str]:
    """What is wrong on the pages, in words."""
    problems: list[str] = []

    def refused(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            problems.append(message.text)

    def failed(request: Request) -> None:
        problems.append(f"failed: {request.url}")

    page = browser.new_page()
    page.on("console", refused)
    page.on("requestfailed", failed)
    for name, path in paths.items():
        page.goto(base + path)
        problems += wrong_in_every_look(page, f"{portal_type}-{name}")
    return problems


def wrong_in_every_look(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, in words. It is opened once: only styles know a width and a scheme."""
    problems: list[str] = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        photograph(page, f"{name}-{width}-{scheme}")
        problems += [f"{name} {width} {scheme}: {found}" for found in (*violations(page), *misplaced(page))]
    return problems


def violations(page: Page) -> list[str]:
    """Broken accessibility rules. The waiting page renews itself as the original does; nothing is lost by it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [f"{rule['id']} {rule['nodes'][0]['html'][:120]}" for rule in found if rule["id"] != "meta-refresh"]


def photograph(page: Page, name: str) -> None:
    """Keep a picture where PORTAL_SCREENSHOTS names a folder."""
    folder = os.environ.get("PORTAL_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"website-{name}.png", full_page=True)


def test_navigation_search_and_name_of_staff_stand_in_one_line_on_a_laptop(port: int) -> None:
    def look(browser: Browser) -> bool:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://{host_of('employee_self_service')}:{port}/contact/")
        return is_one_line(page)

    assert browse(look)


def is_one_line(page: Page) -> bool:
    """Whether nothing in the header has gone beneath the brand."""
    parts = [page.locator(f".top {part}").bounding_box() for part in (".brand", ".nav", ".find", ".account")]
    boxes = [box for box in parts if box]
    lowest_top, highest_bottom = max(box["y"] for box in boxes), min(box["y"] + box["height"] for box in boxes)
    return len(boxes) == len(parts) and lowest_top < highest_bottom


def test_a_visitor_can_search_and_read_with_the_keyboard_alone(port: int) -> None:
    def work(browser: Browser) -> tuple[str, str, str]:
        page = browser.new_page()
        page.goto(f"http://{host_of('customer_self_service')}:{port}/")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("reset")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=reset")
        page.get_by_role("link", name="Reset your password").press("Enter")
        page.wait_for_url("**/knowledgebase/article/**")
        return str(first), page.get_by_role("heading", level=1).inner_text(), page.title()

    first, heading, title = browse(work)
    assert (first, heading, title) == ("#content", "Reset your password", "Reset your password | Contoso")


def test_nothing_written_in_a_page_runs_as_a_script(port: int) -> None:
    def work(browser: Browser) -> list[str]:
        page = browser.new_page()
        dialogs: list[str] = []

        def opened(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", opened)
        for typed in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"):
            page.goto(f"http://{host_of('partner')}:{port}/search/")
            page.locator("#page-search").fill(typed)
            with page.expect_navigation(wait_until="networkidle"):
                page.keyboard.press("Enter")
        return dialogs

    assert browse(work) == []
