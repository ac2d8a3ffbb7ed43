"""What an administrator does in the center, as a person at a browser does it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import photograph
from tests.journeys.geometry import misplaced

DESK, PHONE = 1280, 390
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 60_000


@dataclass(frozen=True)
class Wish:
    """The eight fields of the portal form; the type of the licence is the eighth."""

    name: str
    subdomain: str
    audience: str
    portal_type: str
    option: str = ""
    language: str = "English (1033)"
    instance: str = "Contoso Sales"
    administrator: str = "Jay Hamlin (jay@contoso.example)"
    license: str = "Production"


@dataclass(frozen=True)
class Submitted:
    """A run as its submit answered it."""

    operation_id: str
    request_id: str


@dataclass(frozen=True)
class Center:
    """The administration center in one browser window."""

    page: Page

    def form_open(self, license: str) -> None:
        """Select the row Portal Add-On of this licence, Manage; where none is free, get a licence first."""
        page = self.page
        page.goto("/applications/")
        free = page.get_by_role("link", name=f"Manage Portal Add-On, {license}")
        if free.count():
            free.first.click()
            return
        page.get_by_role("link", name="Get a portal licence").first.click()
        page.get_by_label(license).check()
        page.get_by_role("button", name="Get licence").click()  # leads to its form at once

    def form_fill(self, wish: Wish) -> None:
        page = self.page
        expect(page.get_by_text(f"Portal Add-On · {wish.license}")).to_be_visible()
        page.get_by_label("Name", exact=True).fill(wish.name)
        page.get_by_label("Portal URL").fill(wish.subdomain)
        expect(page.get_by_text("Available", exact=True)).to_be_visible()
        page.get_by_label("Dynamics 365 Instance").select_option(label=wish.instance)
        page.get_by_label("Select Portal Language").select_option(label=wish.language)
        page.get_by_label("Select Portal Administrator").select_option(label=wish.administrator)
        page.get_by_label(wish.audience, exact=True).check()
        page.get_by_label(wish.portal_type, exact=True).check()
        if wish.option:
            page.get_by_label(wish.option).check()

    def terms_open(self) -> None:
        self.page.get_by_role("button", name="Submit", exact=True).click()
        expect(self.page.get_by_role("dialog", name="Terms of Service")).to_be_visible()

    def terms_accept(self) -> Submitted:
        """Agree and accept; the answer leads to the run."""
        self.page.get_by_label("I agree to the Terms of Service").check()
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            self.page.get_by_role("button", name="Accept").click()
        self.page.wait_for_url("**/provisioning/")
        log = self.page.get_by_role("link", name="Download log").get_attribute("href") or ""
        return Submitted(log.split("/")[-3], answered.value.headers["x-request-id"])

    def set_up(self, wish: Wish) -> Submitted:
        """From the Applications tab to the run."""
        self.form_open(wish.license)
        self.form_fill(wish)
        self.terms_open()
        return self.terms_accept()

    def provisioned(self) -> str:
        """Watch the run to its end; the portal's address."""
        expect(self.page.get_by_role("heading", name="Portal provisioned")).to_be_visible(timeout=PATIENCE)
        return self.page.get_by_role("link", name="Open portal").get_attribute("href") or ""

    def failed(self, name: str, why: str) -> None:
        """Watch the run to its failure, and read why it failed."""
        heading = self.page.get_by_role("heading", level=1, name=f"{name}-Provisioning Failed")
        expect(heading).to_be_visible(timeout=PATIENCE)
        expect(self.page).to_have_title(f"{name}-Provisioning Failed - Portal Administration Center")
        expect(self.page.get_by_role("main")).to_contain_text(why)

    def look(self, name: str) -> None:
        """Nothing lies on anything else at a desk's and a phone's width; pictures where PORTAL_SCREENSHOTS is set."""
        photographs(self.page, name)
        wrong = [f"{width}: {found}" for width in (PHONE, DESK) for found in _at(self.page, width)]
        assert not wrong, f"{name}\n" + "\n".join(wrong)


def photographs(page: Page, name: str) -> None:
    """Pictures at both widths, light and dark, where PORTAL_SCREENSHOTS names a folder."""
    if not os.environ.get("PORTAL_SCREENSHOTS"):
        return
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            photograph(page, f"stack-{name}-{scheme}-{width}")
    page.emulate_media(color_scheme="light")


def fits(page: Page, name: str) -> None:
    """A page of a portal does not scroll sideways on a phone; pictures where PORTAL_SCREENSHOTS is set."""
    photographs(page, name)
    page.set_viewport_size({"width": PHONE, "height": 900})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": DESK, "height": 900})
    assert width <= PHONE, f"{name} is {width} pixels wide on a phone of {PHONE}"


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""


def configuring(name: str) -> re.Pattern[str]:
    """The window's title while a run goes on: how far it is, and the portal's state."""
    return re.compile(rf"^\(\d+/\d+\) {re.escape(name)}-Configuring")


def _at(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    return misplaced(page)
