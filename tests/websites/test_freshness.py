"""What the organization changes is shown soon; what it does not change is not asked for again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal, runtime_of
from tests.websites.visitor import Visitor
from websites.runtime import Runtime, runtime_use
from websites.site.rows import TABLES


def was_whole(call: tuple[str, tuple[str, ...]]) -> bool:
    """Contents were read, not ids and versions alone."""
    return bool(set(call[1]) - {"versionnumber", "_adx_websiteid_value"} - {table.id for table in TABLES})


def look_again(held: Runtime) -> None:
    """As the watcher does, some seconds later."""
    with patch("websites.sites.time.monotonic", return_value=time.monotonic() + 7):
        readings = held.sites.check_due()
    assert readings, "nothing was due"
    for reading in readings:
        reading.result(timeout=10)


@pytest.fixture(autouse=True)
def no_database_in_reading_threads() -> object:
    """Reading threads have connections of their own; the rows in memory need none."""
    with patch("websites.sites.close_old_connections"):
        yield


def test_a_page_view_asks_the_organization_nothing(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    visitor.get("/")
    site.rows.calls.clear()
    for path in ("/", "/knowledgebase/", "/search/?q=home", "/nothing/", "/robots.txt"):
        visitor.get(path)
    assert site.rows.calls == []


def test_a_look_at_an_unchanged_site_reads_versions_only(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    visitor.get("/")
    site.rows.calls.clear()
    look_again(held)
    assert len(site.rows.calls) == len(TABLES)
    assert not any(was_whole(call) for call in site.rows.calls)


def test_many_portals_of_an_organization_cost_it_one_look(visitor: Visitor, held: Runtime, rows: RowsInMemory) -> None:
    for name in ("alpha", "bravo", "charlie"):
        open_portal(SiteInMemory(rows, name=name).id, subdomain=name)
    for name in ("alpha", "bravo", "charlie"):
        visitor.get("/", host=f"{name}.portals.localhost")
    rows.calls.clear()
    look_again(held)
    assert len(rows.calls) == len(TABLES)


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_what_is_changed_added_or_removed_shows_at_the_next_look(
    visitor: Visitor, held: Runtime, site: SiteInMemory, change: str
) -> None:
    open_portal(site.id)
    article = site.article("KA-1", "Old title")
    assert "Old title" in visitor.get("/").text
    site.rows.calls.clear()
    if change == "changed":
        site.rows.put("knowledgearticles", article, title="New title")
    elif change == "added":
        site.article("KA-2", "New title")
    else:
        site.rows.remove("knowledgearticles", article)
    look_again(held)
    text = visitor.get("/").text
    assert ("New title" in text) == (change != "removed")
    assert ("Old title" in text) == (change == "added")
    read_whole = {call[0] for call in site.rows.calls if was_whole(call)}
    assert read_whole == {"knowledgearticles"}


def test_a_changed_template_is_compiled_again(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    visitor.get("/")
    site.template("Footer", "<footer>fresh</footer>")
    look_again(held)
    assert "<footer>fresh</footer>" in visitor.get("/").text


def test_while_the_organization_is_away_the_site_is_shown_as_it_was(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    open_portal(site.id)
    site.article("KA-1", "Reset a password")
    visitor.get("/")
    site.rows.is_away = True
    look_again(held)
    for path in ("/", "/knowledgebase/article/KA-1/", "/search/?q=reset"):
        assert visitor.get(path).status == 200


def test_after_a_restart_the_site_is_shown_although_the_organization_is_away(
    visitor: Visitor, held: Runtime, site: SiteInMemory, tmp_path: Path
) -> None:
    open_portal(site.id)
    visitor.get("/")
    site.rows.is_away = True
    runtime_use(runtime_of(site.rows, tmp_path / "websites"))
    started = time.monotonic()
    assert visitor.get("/").status == 200
    assert time.monotonic() - started < 5


def test_a_site_that_was_never_read_says_that_it_is_unavailable(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.rows.is_away = True
    answer = visitor.get("/")
    assert (answer.status, "Getting set up" in answer.text) == (503, False)
    assert "Temporarily unavailable" in answer.text
    calls = len(site.rows.calls)
    visitor.get("/")
    assert len(site.rows.calls) == calls  # nobody asks again at once


def test_a_site_that_nobody_visited_is_looked_at_before_it_is_shown(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    open_portal(site.id)
    heading = site.snippet("Home/Heading", "Before")
    visitor.get("/")
    site.rows.put("adx_contentsnippets", heading, adx_value="After")
    with patch("websites.sites.time.monotonic", return_value=time.monotonic() + 3600):
        assert "After" in visitor.get("/").text


def test_nobody_waits_long_for_a_slow_organization(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    visitor.get("/")
    before = site.rows.rows

    def slow(*arguments: object, **options: object) -> object:
        time.sleep(0.5)
        return before(*arguments, **options)  # type: ignore[arg-type]

    site.rows.rows = slow  # type: ignore[assignment, method-assign]
    with (
        patch("websites.sites.PATIENCE", 0.2),
        patch("websites.sites.STALE", 0.0),
        patch("websites.sites.CHECKED_EVERY", 0.0),
    ):
        started = time.monotonic()
        assert visitor.get("/knowledgebase/").status == 200
        assert time.monotonic() - started < 3  # the look itself takes more than twice that


def test_a_snapshot_of_another_website_or_a_broken_one_is_not_used(
    visitor: Visitor, rows: RowsInMemory, held: Runtime, site: SiteInMemory, tmp_path: Path
) -> None:
    portal = open_portal(site.id)
    visitor.get("/")
    path = tmp_path / "websites" / f"{portal.pk}.json"
    kept = json.loads(path.read_text())
    for content in (json.dumps({**kept, "website": "x"}), json.dumps({**kept, "format": "0"}), "{", "[]", ""):
        path.write_text(content)
        runtime_use(runtime_of(rows, tmp_path / "websites"))
        rows.is_away = True
        assert visitor.get("/").status == 503
        rows.is_away = False


def test_secrets_of_site_settings_go_nowhere(visitor: Visitor, site: SiteInMemory, tmp_path: Path) -> None:
    portal = open_portal(site.id)
    name = "Authentication/OpenIdConnect/Azure/ClientSecret"
    site.setting(name, "s3cr3t-value")
    site.template("Page", "{{ settings['" + name + "'] }}{% for pair in settings %}{{ pair[1] }}{% endfor %}")
    site.page("About", "about", parent=site.home)
    assert "s3cr3t-value" not in visitor.get("/about/").text
    assert "s3cr3t-value" not in (tmp_path / "websites" / f"{portal.pk}.json").read_text()


def test_a_table_that_no_package_brought_is_no_obstacle(visitor: Visitor, site: SiteInMemory) -> None:
    from organizations.errors import OrganizationRefused

    open_portal(site.id)
    before = site.rows.rows

    def without_knowledge(entity_set: str, **options: object) -> object:
        if entity_set == "knowledgearticles":
            raise OrganizationRefused("There is no such table.", service_code="0x8006088a", status=404)
        return before(entity_set, **options)  # type: ignore[arg-type]

    site.rows.rows = without_knowledge  # type: ignore[assignment, method-assign]
    assert visitor.get("/").status == 200
