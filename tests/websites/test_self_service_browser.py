"""Cases, profile and contact in a real browser, at 390 pixels too: opened, answered, accessible, nothing misplaced."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page

from tests.builders.visitors import MARIA
from tests.builders.websites import RowsInMemory, starter_site
from tests.websites.browsing import browse, portal_told, served
from tests.websites.test_browser import SETTINGS, photograph, wrong_in_every_look
from websites.visitors.values import Visitor

pytestmark = pytest.mark.browser
HOST = "help.portals.localhost"
WHO = Visitor(uuid.uuid4(), str(MARIA), "Maria Campbell", "maria@adventureworks.example")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int, None, None]:
    """A customer portal without a database, at which everybody is Maria."""
    rows = RowsInMemory()
    nowhere = {
        "websites.views.visitor_here": WHO,
        "websites.features.profile.page.is_opted_out": False,
        "websites.features.profile.identities._signed_in_with": {},
    }
    with override_settings(**SETTINGS), served(rows, tmp_path_factory.mktemp("sites")) as (held, found):
        site = starter_site(rows, "customer_self_service", name="Contoso")
        portal_told(held, site, host=HOST, portal_type="customer_self_service")
        _fill(rows)
        patches = [patch(name, return_value=value) for name, value in nowhere.items()]
        patches.append(patch("websites.features.cases.creating.PortalCase"))
        for one in patches:
            one.start()
        yield found
        for one in patches:
            one.stop()


def _fill(rows: RowsInMemory) -> None:
    """Maria's contact and two cases, one of them answered, the other closed; a comment on an article."""
    rows.put(
        "contacts",
        str(MARIA),
        fullname="Maria Campbell",
        firstname="Maria",
        lastname="Campbell",
        emailaddress1="maria@adventureworks.example",
        jobtitle="Office manager",
    )
    rows.put(
        "adx_externalidentities",
        str(uuid.uuid4()),
        adx_username="maria",
        adx_identityprovidername="https://login.contoso.example/oidc",
        _adx_contactid_value=str(MARIA),
        createdon="2026-10-01T08:00:00Z",
    )
    for number, state, status, title in (
        ("CAS-00001-AB12CD", 0, 1, "Coffee machine leaks at the boiler"),
        ("CAS-00002-EF34GH", 1, 5, "Invoice shows the wrong address"),
    ):
        case = rows.put(
            "incidents",
            str(uuid.uuid4()),
            title=title,
            ticketnumber=number,
            description="Water drips from the boiler after about ten minutes.\n\nIt began on Monday.",
            statecode=state,
            statuscode=status,
            prioritycode=2,
            casetypecode=2,
            _customerid_value=str(MARIA),
            createdon="2026-11-20T08:00:00Z",
            modifiedon="2026-11-22T08:00:00Z",
            adx_resolutiondate="2026-11-25T08:00:00Z" if state else None,
        )
        for day, direction, subject, text in (
            ("21", 2, "Re:", "Does it drip from the front or from below?"),
            ("22", 1, "Reply by Maria Campbell", "From below, at the seal."),
        ):
            rows.put(
                "adx_portalcomments",
                str(uuid.uuid4()),
                subject=subject,
                description=text,
                adx_portalcommentdirectioncode=direction,
                createdon=f"2026-11-{day}T09:30:00Z",
                _regardingobjectid_value=case,
                _regardingobjectid_incident_adx_portalcomment_value=case,
            )
        rows.put(
            "annotations",
            str(uuid.uuid4()),
            subject=f"Note created on 2026-11-22 by Maria Campbell [contact:{MARIA}]",
            notetext="*WEB*",
            filename="photo of the boiler.jpg",
            filesize=184_320,
            createdon="2026-11-22T09:31:00Z",
            _objectid_value=case,
            _objectid_incident_value=case,
        )
    article = next(
        id for id, row in rows.tables["knowledgearticles"].items() if row["articlepublicnumber"] == "KA-01001"
    )
    rows.put("knowledgearticles", article, rating=4.2, rating_count=5, knowledgearticleviews=128)
    rows.put(
        "feedback",
        str(uuid.uuid4()),
        comments="This worked at once, thank you!",
        adx_contactusername="Paul Cannon",
        adx_approved=True,
        createdon="2026-11-20T08:00:00Z",
        _regardingobjectid_value=article,
    )


PAGES = {
    "cases": "/support/",
    "cases-none": "/support/?q=nothing-like-this",
    "create": "/support/create-case/",
    "create-answers": "/support/create-case/?title=I+forgot+my+password",
    "case": "/support/case/CAS-00001-AB12CD/",
    "case-closed": "/support/case/CAS-00002-EF34GH/?notice=case-closed",
    "profile": "/profile/",
    "contact": "/contact/",
    "contact-thanks": "/contact/?notice=contact-sent",
    "article": "/knowledgebase/article/KA-01001/",
}


def test_every_page_is_accessible_and_in_its_place(port: int) -> None:
    assert browse(lambda browser: _looked_over(browser, f"http://{HOST}:{port}")) == []


def _looked_over(browser: Browser, base: str) -> list[str]:
    problems: list[str] = []
    page = browser.new_page()
    for name, path in PAGES.items():
        page.goto(base + path)
        problems += wrong_in_every_look(page, f"self-{name}")
    return problems


def test_a_case_is_opened_with_a_file_and_answered_on_a_phone(port: int, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n0000")

    def work(browser: Browser) -> tuple[str, list[str], list[str]]:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"http://{HOST}:{port}/support/")
        page.get_by_role("link", name="Open a new case").click()
        title = f"Password mail does not come {datetime.now(UTC):%f}"
        page.get_by_label("Describe it in one line").fill(title)
        page.keyboard.press("Enter")
        page.wait_for_selector(".answers")
        answers = page.locator(".answers .list__link").all_inner_texts()
        _send_too_little(page)
        wrong = page.locator(".field__problem").all_inner_texts()
        assert page.get_by_label("Describe it in one line").input_value() == title
        page.get_by_label("What happens").fill("I waited for an hour.")
        page.get_by_label("Attach a file").set_input_files(photo)
        page.get_by_role("button", name="Open the case").click()
        page.wait_for_url("**/support/case/CAS-**")
        page.get_by_label("Your reply").fill("It came just now.")
        page.get_by_role("button", name="Send reply").click()
        page.wait_for_url("**notice=case-replied**")
        photograph(page, "self-case-new-390-light")
        told = [*page.locator(".talk__text").all_inner_texts(), *page.locator(".talk__file a").all_inner_texts()]
        return " ".join(answers), wrong, told

    answers, wrong, told = browse(work)
    assert "Reset your password" in answers
    assert wrong == ["Please fill in this field."]
    assert {"I waited for an hour.", "It came just now.", "photo.png"} <= set(told)


def _send_too_little(page: Page) -> None:
    """As a browser does that does not look at the fields itself."""
    page.locator("form[enctype]").evaluate("form => form.setAttribute('novalidate', '')")
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_selector(".field__problem")
