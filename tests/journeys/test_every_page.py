"""Every page at three widths, light and dark: no rule of accessibility broken, nothing on top of something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from portals.failures import failure_record
from tests.builders.adminsite import Cast, instance, portal_failed, portal_ready, portal_running
from tests.builders.analytics import connected
from tests.builders.analytics import waiting as waiting_interactions
from tests.builders.certificates import DAY, certificate_made, now
from tests.builders.custom_domains import domain_row
from tests.builders.explorers import explorer_looks
from tests.builders.journeys import journey_looks
from tests.builders.portals import license_free, portal_row
from tests.journeys.conftest import PASSWORD, photograph, sign_in
from tests.journeys.geometry import misplaced

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # details of what is right take longer than the rules
}


@dataclass(frozen=True)
class View:
    """A window to look through. ``has_rules``: the rules of accessibility look too."""

    scheme: Literal["light", "dark"]
    width: int
    has_rules: bool = True

    @property
    def name(self) -> str:
        return f"{self.scheme}-{self.width}"


VIEWS = (
    View("light", 1280),
    View("light", 390),
    View("light", 320, has_rules=False),  # 400 % zoom of 1280 pixels; the same rules have looked at 390
    View("dark", 1280),
)


@dataclass(frozen=True)
class Look:
    """A page to look at; ``prepare`` names what is done before."""

    name: str
    address: str
    prepare: str = ""


@pytest.fixture
def looks(people: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    sharrons = journey_looks(people.alice, monkeypatch)
    ready = portal_ready(people.contoso, name="Contoso Support", subdomain="contoso-support")
    running = portal_running(people.contoso, name="Partner Hub", subdomain="partner-hub", portal_type="partner")
    options = ["partner_field_service"]
    failed = portal_failed(
        people.contoso,
        name="Field Partners",
        subdomain="field-partners",
        audience="partner",
        portal_type="partner",
        options=options,
        actor=people.alice,
    )
    free = license_free()
    named, waiting = portal_row(people.contoso), portal_row(people.contoso)
    domain_row(named, "support.contoso.com", is_active=True)
    connected(named).types.filter(name="portal_search").update(missing_since=now())
    waiting_interactions(named, count=3)
    host, path = "support.contoso.example", "/knowledgebase/article/KA-01001/"
    failure_record(
        portal_id=named.pk, error_id="5f1c2a9b", template="Page", host=host, path=path, reason="no web template"
    )
    domain_row(waiting, "help.contoso.com", is_active=False)
    soon = now() + 9 * DAY
    ends_soon = certificate_made("shop.contoso.com", "*.shop.contoso.com", organization=people.contoso, not_after=soon)
    insights = [Look(name, address) for name, address in explorer_looks(people.contoso, instance("Northwind"))]
    return [
        *insights,
        Look("applications", "/applications/"),
        Look("applications-none", "/applications/?search=zzz"),
        Look("licence", "/applications/licences/"),
        Look("set-up", f"/applications/{free.pk}/set-up/"),
        Look("set-up-wrong", f"/applications/{free.pk}/set-up/", "submit"),
        Look("set-up-partner", f"/applications/{free.pk}/set-up/", "partner"),
        Look("terms-only", f"/applications/{free.pk}/set-up/terms/"),
        Look("portal", f"/portals/{ready.pk}/"),
        Look("portal-running", f"/portals/{running.pk}/"),
        Look("portal-menu", f"/portals/{failed.pk}/", "menu"),
        Look("analytics-none", f"/portals/{ready.pk}/analytics/"),
        Look("analytics-configure", f"/portals/{ready.pk}/analytics/configure/"),
        Look("analytics", f"/portals/{named.pk}/analytics/"),
        Look("analytics-update", f"/portals/{named.pk}/analytics/update/"),
        Look("analytics-delete", f"/portals/{named.pk}/analytics/delete/"),
        Look("domain-none", f"/portals/{ready.pk}/custom-domain/"),
        Look("domain-certificate", f"/portals/{ready.pk}/custom-domain/certificate/"),
        Look("domain-host-name", f"/portals/{ready.pk}/custom-domain/certificate/", "existing-certificate"),
        Look("domain-active", f"/portals/{named.pk}/custom-domain/"),
        Look("domain-lost", f"/portals/{named.pk}/"),
        Look("domain-change-certificate", f"/portals/{named.pk}/custom-domain/change-certificate/"),
        Look("domain-remove", f"/portals/{named.pk}/custom-domain/remove/"),
        Look("domain-waiting", f"/portals/{waiting.pk}/custom-domain/done/"),
        Look("rename", f"/portals/{ready.pk}/rename/"),
        Look("page-errors", f"/portals/{named.pk}/errors/"),
        Look("page-errors-none", f"/portals/{named.pk}/errors/?id=zzz"),
        Look("progress", f"/portals/{running.pk}/provisioning/"),
        Look("done", f"/portals/{ready.pk}/provisioning/"),
        Look("failed", f"/portals/{failed.pk}/provisioning/"),
        Look("change", f"/portals/{failed.pk}/provisioning/change/"),
        Look("instances", "/instances/"),
        Look("instance", f"/instances/{people.contoso.pk}/"),
        Look("solutions", f"/solutions/{people.contoso.pk}/"),
        Look("solution", f"/solutions/{people.contoso.pk}/PartnerFieldService/"),
        Look("certificates", "/certificates/"),
        Look("certificate", f"/certificates/{ends_soon.pk}/"),
        Look("certificate-upload-wrong", "/certificates/upload/", "upload"),
        Look("certificate-replace", f"/certificates/{ends_soon.pk}/replace/"),
        Look("certificate-delete", f"/certificates/{ends_soon.pk}/delete/"),
        Look("cases", sharrons.cases + "?state=all"),
        Look("cases-away", f"/cases/{people.contoso.pk}/"),
        Look("case", sharrons.case, "journey"),
        Look("journey", sharrons.journey + "?range=1h"),
        Look("journey-framed", sharrons.framed),
        Look("journey-address", sharrons.address),
        Look("account", "/account/"),
        Look("second-step", "/accounts/2fa/"),
        Look("reauthenticate", "/accounts/2fa/totp/activate/"),
        Look("totp", "/accounts/2fa/totp/activate/", "again"),
        Look("passkey", "/accounts/2fa/webauthn/add/"),
        Look("recovery-codes", "/accounts/2fa/recovery-codes/generate/"),
        Look("password", "/accounts/password/change/"),
        Look("sessions", "/accounts/sessions/"),
        Look("not-found", "/nowhere/"),
        Look("styleguide", "/styleguide/"),
    ]


PREPARATIONS: dict[str, Callable[[Page], None]] = {
    "submit": lambda page: page.get_by_role("button", name="Submit", exact=True).last.click(),
    "partner": lambda page: page.get_by_label("Partner", exact=True).check(),
    "again": lambda page: confirm(page),
    "existing-certificate": lambda page: existing_certificate(page),
    "upload": lambda page: page.get_by_role("button", name="Upload", exact=True).click(),
    "journey": lambda page: page.locator("#journey-heading + form").wait_for(),
    "menu": lambda page: page.locator("summary", has_text="Portal Actions").click(),
}


def existing_certificate(page: Page) -> None:
    """The first of the list, and on to the host name."""
    page.get_by_label("Use an existing certificate").check()
    page.get_by_label("Certificate", exact=True).select_option(index=1)
    page.get_by_role("button", name="Next").click()


def confirm(page: Page) -> None:
    """The password once more, where it is asked for."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


@pytest.mark.timeout(600)
def test_no_page_breaks_a_rule_or_covers_itself(page: Page, people: Cast, looks: list[Look]) -> None:
    """Each page is opened once and looked at in every view: what a page shows is the same, its styles answer."""
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    sign_in(page, people.alice.email)
    for look in looks:
        page.goto(look.address)
        if look.prepare:
            PREPARATIONS[look.prepare](page)
            page.wait_for_load_state("networkidle")
        wrong += [f"{look.name}: {found}" for found in _unprotected(page)]
        page.evaluate(AXE_SCRIPT)
        for view in VIEWS:
            wrong += [f"{look.name}-{view.name}: {found}" for found in _seen(page, look, view)]

    assert not wrong, "\n".join(wrong)


def _seen(page: Page, look: Look, view: View) -> list[str]:
    """What is wrong with the page as this view shows it."""
    page.emulate_media(color_scheme=view.scheme)
    page.set_viewport_size({"width": view.width, "height": 900})
    photograph(page, f"{look.name}-{view.name}")
    return [*(_axe(page) if view.has_rules else []), *misplaced(page)]


def _unprotected(page: Page) -> list[str]:
    """Forms that would be refused, because they carry no token against forged requests."""
    forms = page.locator("form[method=post]:not(:has(input[name=csrfmiddlewaretoken]))")
    return [f"a form without a token: {form.get_attribute('action')}" for form in forms.all()]


def _axe(page: Page) -> list[str]:
    found = page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
