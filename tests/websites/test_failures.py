"""A page that cannot be made: the visitor reads an id, the portal's managers read what happened."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from django.db import DatabaseError

from portals.failures import KEPT, PRUNED_AT, failure_record
from portals.models import PageFailure
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites import failures


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    failures._seen.clear()


def id_of(text: str) -> str:
    found = re.search(r"<code>([0-9a-f]{12})</code>", text)
    assert found
    return found[1]


def broken(visitor: Visitor, site: SiteInMemory) -> str:
    site.template("Page", "a\n{% include 'Nowhere' %}")
    site.page("About", "about", parent=site.home)
    answer = visitor.get("/about/")
    assert answer.status == 500
    return answer.text


def test_a_broken_template_is_found_under_the_id_that_the_visitor_reads(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    text = broken(visitor, site)
    failure = PageFailure.objects.get(error_id=id_of(text))
    assert f"An unknown failure has occurred. Error ID # [{failure.error_id}]" in text
    assert str(portal.pk) in text
    assert (failure.portal, failure.path, failure.template) == (portal, "/about/", "Page")
    assert "Nowhere" in failure.reason
    assert "Nowhere" not in text


def test_the_same_failure_keeps_its_id_and_is_written_once(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    first = id_of(broken(visitor, site))
    assert id_of(visitor.get("/about/").text) == first
    assert PageFailure.objects.count() == 1


def test_the_site_has_its_own_words(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.snippet("Portal Generic Error", "<p>Oh no &amp; sorry: {0}<script>x</script></p>")
    text = broken(visitor, site)
    assert f"Oh no &amp; sorry: {id_of(text)}" in text
    assert "<script" not in text


def test_a_failure_of_the_program_is_found_too(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    with patch("websites.views.file_at", side_effect=KeyError("secret detail")):
        text = visitor.get("/").text
    assert PageFailure.objects.get(error_id=id_of(text)).reason == "The program failed: KeyError"
    assert "secret detail" not in text


def test_a_database_that_is_away_costs_the_entry_alone(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    with patch("websites.failures.failure_record", side_effect=DatabaseError("away")):
        assert id_of(broken(visitor, site))


def test_only_the_newest_are_kept(site: SiteInMemory, db: None) -> None:
    portal = open_portal(site.id)
    for number in range(KEPT + PRUNED_AT + 1):
        failure_record(portal_id=portal.pk, error_id=f"{number:012x}", host="a", path="/", reason="r")
    assert PageFailure.objects.count() == KEPT
    assert PageFailure.objects.filter(error_id=f"{KEPT + PRUNED_AT:012x}").exists()
