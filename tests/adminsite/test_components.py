"""The components: each explains itself, and all of them can be looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from adminsite.status import STATUSES, status_of
from adminsite.templatetags.components import attention_heading, banner_text, duration, language_name, without_title
from operations.models import Operation
from portals.applications import Status
from portals.models import PackageInstallStatus, Portal
from provisioning import messages
from provisioning.banners import Banner, Severity
from solutions.models import SolutionInstall
from tests.builders.adminsite import Cast

COMPONENTS = sorted((Path(settings.BASE_DIR) / "templates" / "components").glob("*.html"))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_begins_with_its_variables(component: Path) -> None:
    text = component.read_text()

    assert text.startswith("{% comment %}")
    assert "Variables: " in text.split("{% endcomment %}")[0]


def test_every_component_can_be_looked_at(client: Client, people: Cast) -> None:
    client.force_login(people.alice)

    shown = {template.name for template in client.get("/styleguide/").templates}

    assert {f"components/{component.name}" for component in COMPONENTS} <= shown


@pytest.mark.parametrize(
    "state",
    [*Portal.State.values, *Status.values, *Operation.Status.values, *SolutionInstall.Status.values],
)
def test_every_state_has_a_look(state: str) -> None:
    assert state in STATUSES


@pytest.mark.parametrize("state", PackageInstallStatus.values)
def test_every_package_state_has_words(state: str) -> None:
    assert status_of(state).label


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (0.44, "0.4 s"), (16, "0:16"), (221, "3:41"), (3723, "1:02:03")]
)
def test_durations_read_well(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_languages_have_their_names() -> None:
    assert language_name(1031) == "German (1031)"
    assert language_name(1037) == "Hebrew (1037)"


def test_a_banner_links_its_own_words() -> None:
    packages = Banner(Severity.INFO, messages.PACKAGES_BANNER, messages.PACKAGES_BANNER_LINK)
    failed = Banner(Severity.ERROR, "Ideas: Install Failed.", "Open Solutions")

    assert banner_text(packages, "/s/").endswith('Please check status <a href="/s/">here</a>.')
    assert banner_text(failed, "/s/") == 'Ideas: Install Failed. <a href="/s/">Open Solutions</a>'


def test_names_are_escaped_in_a_banner() -> None:
    assert "<b>" not in banner_text(Banner(Severity.ERROR, "<b>", ""), "/")


def test_attention_is_counted_as_far_as_it_was_looked_for() -> None:
    assert attention_heading(["one"]) == "1 portal needs attention"
    assert attention_heading(["one", "two", "three"]) == "Portals need attention"


def test_a_document_loses_its_own_title_only() -> None:
    assert without_title("<h1>Terms</h1><h2>One</h2>") == "<h2>One</h2>"


def test_times_are_shown_in_the_readers_zone(client: Client, people: Cast) -> None:
    people.alice.time_zone = "Asia/Tokyo"
    people.alice.save()
    client.force_login(people.alice)
    people.contoso.refreshed_at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    people.contoso.save()

    page = client.get(f"/instances/{people.contoso.pk}/").content.decode()

    assert "23 Nov 2026, 05:00" in page


def test_without_a_zone_times_are_utc_and_say_so(client: Client, people: Cast) -> None:
    client.force_login(people.alice)
    people.contoso.refreshed_at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    people.contoso.save()

    assert "22 Nov 2026, 20:00 UTC" in client.get(f"/instances/{people.contoso.pk}/").content.decode()
