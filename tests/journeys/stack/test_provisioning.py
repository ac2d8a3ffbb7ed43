"""Each of the five portals from the row Portal Add-On to its own website, at its own address."""

from __future__ import annotations

import re
import socket
import ssl

import pytest
from playwright.sync_api import Page, expect

from tests.builders.stack import Stack
from tests.journeys.stack.center import Wish, configuring, fits, host_of, photographs
from tests.journeys.stack.conftest import Enter

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(240),
]

JAY = "jay@contoso.example"
BEN = "ben@contoso.example"  # signs out, which ends his session at the center: nobody else's
SUPPORT = Wish(
    "Contoso Hilfe",
    "contoso-hilfe",
    "Customer",
    "Customer Self Service Portal",
    language="German (1031)",
)
HOMES = [
    pytest.param(
        Wish("Contoso Staff", "contoso-staff", "Employee", "Employee Self Service Portal", license="Trial"),
        "What do you need today?",
        id="employee",
    ),
    pytest.param(
        Wish("Contoso Partners", "contoso-partners", "Partner", "Partner Portal", option="Partner Field Service"),
        "Welcome, partners",
        id="partner",
    ),
    pytest.param(
        Wish("Forum Contoso", "contoso-forum", "Customer", "Community Portal", language="French (1036)"),
        "Demander. Répondre. Progresser ensemble.",
        id="community",
    ),
    pytest.param(
        Wish("Contoso Open Day", "contoso-open-day", "Customer", "Custom Portal"),
        "Welcome",
        id="custom",
    ),
]


def test_a_customer_portal_in_german_from_the_row_to_its_articles(stack: Stack, enter: Enter) -> None:
    center = enter(JAY)
    page = center.page
    page.goto("/applications/")
    center.look("applications")
    center.form_open(SUPPORT.license)
    center.form_fill(SUPPORT)
    center.look("form-filled")
    center.terms_open()
    photographs(page, "terms")
    center.terms_accept()
    expect(page).to_have_title(configuring(SUPPORT.name))
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    address = center.provisioned()
    expect(page).to_have_title(f"{SUPPORT.name} - Portal Administration Center")
    center.look("provisioned")

    assert host_of(address) == "contoso-hilfe.portals.localhost"
    assert _names_certified(stack, host_of(address)) <= {host_of(address), "*.portals.localhost"}
    expect(page.get_by_text("Contoso Sales (German)")).to_be_visible()
    _read_in_german(_opened(page))
    page.get_by_role("link", name="Portal details and actions").click()
    expect(page.get_by_role("heading", name="Portal Details")).to_be_visible()
    center.look("portal-details")


@pytest.mark.parametrize(("wish", "heading"), HOMES)
def test_every_portal_type_greets_its_visitors(enter: Enter, wish: Wish, heading: str) -> None:
    center = enter(JAY)
    center.set_up(wish)

    center.provisioned()

    portal = _opened(center.page)
    if wish.audience == "Employee":  # it shows nothing to strangers; who is signed in at the center is asked once
        expect(portal.get_by_role("heading", level=1)).to_have_text("Use your profile?")
        portal.get_by_role("button", name="Accept").click()
    expect(portal.get_by_role("heading", level=1)).to_have_text(heading)
    expect(portal).to_have_title(wish.name)
    fits(portal, f"home-{wish.subdomain}")
    if wish.audience == "Employee":
        _signs_out_everywhere(enter(BEN).page, portal.url)


def test_the_whole_way_without_javascript(enter: Enter) -> None:
    wish = Wish("Plain Contoso", "contoso-scriptless", "Customer", "Custom Portal")
    center = enter(JAY, java_script_enabled=False)
    page = center.page
    center.form_open(wish.license)
    page.get_by_label("Name", exact=True).fill(wish.name)
    page.get_by_label("Portal URL").fill(wish.subdomain)
    page.get_by_label("Dynamics 365 Instance").select_option(label=wish.instance)
    page.get_by_label(wish.audience, exact=True).check()
    page.get_by_role("button", name="Update choices").click()
    page.get_by_label("Select Portal Language").select_option(label=wish.language)
    page.get_by_label("Select Portal Administrator").select_option(label=wish.administrator)
    page.get_by_label(wish.portal_type, exact=True).check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms of Service")
    photographs(page, "terms-plain")
    center.terms_accept()

    center.provisioned()  # the page loads itself again

    portal = _opened(page)
    expect(portal.get_by_role("heading", level=1)).to_have_text("Welcome")


def _opened(page: Page) -> Page:
    """The portal by its link, in the same window's place but a page of its own, so that the center's stays."""
    address = page.get_by_role("link", name="Open portal").get_attribute("href")
    portal = page.context.new_page()
    answer = portal.goto(address or "")
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["portal-id"] in page.url
    return portal


def _signs_out_everywhere(page: Page, address: str) -> None:
    """At the portal, and with it at the center, which is the portals' identity provider."""
    page.goto(address)
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signout/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    page.goto("/applications/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def _read_in_german(portal: Page) -> None:
    """Home, the list of articles, an article, and a search that finds it."""
    expect(portal.locator("html")).to_have_attribute("lang", re.compile("^de"))
    expect(portal.get_by_role("heading", level=1)).to_have_text("Wie können wir helfen?")
    fits(portal, "home-contoso-hilfe")
    portal.get_by_role("navigation", name="Hauptmenü").get_by_role("link", name="Wissen", exact=True).click()
    expect(portal.get_by_role("heading", level=1)).to_have_text("Wissensdatenbank")
    fits(portal, "articles")
    portal.get_by_role("link", name="Was die Garantie abdeckt").click()
    expect(portal.get_by_role("heading", level=1)).to_have_text("Was die Garantie abdeckt")
    expect(portal.get_by_text("Garantie von zwei Jahren ab Lieferung")).to_be_visible()
    fits(portal, "article")
    portal.get_by_role("searchbox").fill("Seriennummer")
    portal.get_by_role("button", name="Suchen").click()
    expect(portal.get_by_role("status")).to_contain_text("Treffer für „Seriennummer“")
    expect(portal.get_by_role("link", name="Was die Garantie abdeckt")).to_be_visible()
    fits(portal, "search")


def _names_certified(stack: Stack, host: str) -> set[str]:
    """The names of the certificate that the edge shows for ``host``, verified: for it, by our root."""
    trusted = ssl.create_default_context(cafile=str(stack.home.root_certificate))
    address = ("127.0.0.1", stack.https_port)
    with (
        socket.create_connection(address, timeout=10) as plain,
        trusted.wrap_socket(plain, server_hostname=host) as tls,
    ):
        certificate = tls.getpeercert() or {}
    names = certificate.get("subjectAltName", ())
    return {str(pair[1]) for pair in names if len(pair) == 2}
