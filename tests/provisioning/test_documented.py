"""What the documents say about roles, reserved words and steps is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from organizations.models import Role
from organizations.policy import MANAGE_DENIED, POLICY, PROVISION_DENIED, Action
from portals.models import Portal
from portals.subdomains import RESERVED
from provisioning import messages
from provisioning.banners import Severity, banner_for
from provisioning.terms import FOLDER, terms_current

DOCS = Path(settings.BASE_DIR) / "docs"


def test_the_roles_page_shows_the_policy_table() -> None:
    lines = (DOCS / "reference" / "roles.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    roles = [Role(role) for label in rows[0][1:] for role in Role if role.label == label]
    assert roles == list(Role)
    shown = {row[0].strip("`"): dict(zip(roles, row[1:], strict=True)) for row in rows[2:] if len(row) == len(rows[0])}
    assert set(shown) == {action.value for action in Action}
    for action, allowed in POLICY.items():
        assert {role for role, cell in shown[action.value].items() if cell == "yes"} == allowed, action
        assert set(shown[action.value].values()) <= {"yes", "–"}


def test_the_roles_page_says_the_sentences() -> None:
    page = (DOCS / "reference" / "roles.md").read_text()
    assert MANAGE_DENIED in page
    assert PROVISION_DENIED in page


def test_the_page_about_provisioning_names_every_reserved_word_and_both_banners() -> None:
    page = (DOCS / "explanation" / "provisioning.md").read_text()
    quoted = " ".join(line.removeprefix("> ") for line in page.splitlines() if line.startswith("> "))
    assert set(quoted.split()) == RESERVED
    flowing = re.sub(r"\s+", " ", page)
    assert messages.CONFIGURING_BANNER in flowing
    assert messages.PACKAGES_BANNER in flowing


def test_the_terms_that_count_are_the_newest_and_carry_no_markup_that_runs() -> None:
    terms = terms_current()
    assert terms.version == max(path.stem for path in FOLDER.glob("*.md"))
    assert re.fullmatch(r"[0-9a-f]{64}", terms.sha256)
    assert "<h1>Terms of Service</h1>" in terms.html
    assert "<script" not in terms.html


@pytest.mark.parametrize(
    ("state", "address", "packages", "sentence"),
    [
        ("configuring", False, "InstallScheduled", messages.CONFIGURING_BANNER),
        ("configuring", True, "Installing", messages.PACKAGES_BANNER),
        ("configuring", True, "InstallRetrying", messages.PACKAGES_BANNER),
        ("configuring", True, "Installed", messages.CONFIGURING_BANNER),
        ("provisioned", True, "Installed", None),
        ("provisioning_failed", True, "InstallFailed", "Field Service: Install Failed. Visitors see “Getting set up”."),
        ("provisioning_failed", False, "None", None),
        ("provisioning_failed", True, "Installed", None),
    ],
)
def test_each_half_has_its_banner(state: str, address: bool, packages: str, sentence: str | None) -> None:
    portal = Portal(
        state=state,
        address_ready_at=timezone.now() if address else None,
        package_install_status=packages,
        portal_type="partner",
    )
    banner = banner_for(portal, failed_package="Field Service")
    assert (banner.sentence if banner else None) == sentence
    if banner and state == "configuring":
        assert banner.severity == Severity.INFO
        assert banner.solutions_link in banner.sentence


def test_the_banners_are_the_products_own_words() -> None:
    assert messages.CONFIGURING_BANNER == (
        "This portal is currently being configured and updates are not allowed. Please try again later."
    )
    assert messages.PACKAGES_BANNER == (
        "Your Portal URL has been created. However, package installation is still in progress. "
        "Please check status here."
    )
