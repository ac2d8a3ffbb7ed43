"""A page that cannot be made: the visitor reads an id, the portal's managers read what happened."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from django.db import DatabaseError, ProgrammingError

from core.errors import Unavailable
from core.models import User
from organizations.errors import OrganizationRefused
from organizations.models import Role, RoleAssignment
from portals.failures import KEPT, PRUNED_AT, failure_record, failures_for
from portals.models import PageFailure
from tests.builders.visitors import signed_in
from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites import failures
from websites.features import ActionCall, ActionDone, Feature
from websites.features.registry import FEATURES


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


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (KeyError("secret detail"), "The program failed: KeyError"),
        (ProgrammingError("no such column"), "The program failed: ProgrammingError"),
        (OrganizationRefused("The application is not let in.", status=403), "The application is not let in."),
    ],
)
def test_a_failing_page_of_who_is_signed_in_is_looked_up_in_the_center(
    visitor: Visitor, site: SiteInMemory, problem: Exception, reason: str
) -> None:
    portal = open_portal(site.id)
    visitor.cookie = signed_in(portal)
    with patch("websites.views.visit_answer", side_effect=problem):
        answer = visitor.get("/")
    assert (answer.status, answer.headers["cache-control"]) == (500, "no-store")
    assert reason not in answer.text
    grace = User.objects.create_user("grace@contoso.example")
    RoleAssignment.objects.create(user=grace, role=Role.GLOBAL_ADMINISTRATOR)
    found = failures_for(actor=grace, portal_id=portal.pk, error_id=f" [{id_of(answer.text)}] ")
    assert [failure.reason for failure in found] == [reason]


@pytest.mark.parametrize("place", ["websites.middleware.keep_address", "websites.failing.away_page"])
def test_a_failure_of_the_door_itself_has_an_id_too(visitor: Visitor, site: SiteInMemory, place: str) -> None:
    open_portal(site.id)
    with patch(place, side_effect=KeyError("x")), patch("websites.views.file_at", side_effect=Unavailable("away")):
        answer = visitor.get("/")
    assert PageFailure.objects.get(error_id=id_of(answer.text)).path == "/"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_form_that_is_refused_for_good_keeps_what_was_typed_and_tells_those_who_manage_the_portal(
    visitor: Visitor, site: SiteInMemory
) -> None:
    def refuse(call: ActionCall) -> ActionDone:
        raise OrganizationRefused("The organization refused: no privilege.", status=403)

    portal = open_portal(site.id)
    site.templates["Desk"] = site.template("Desk", "{{ form.values.title }}")
    site.page("Desk", "desk", parent=site.home, template="Desk", marker="Desk")
    with patch.dict(FEATURES, {"Desk": Feature("Desk", lambda scene: {}, actions={"open": refuse})}):
        answer = visitor.post("/desk/", {"_action": "open", "title": "It leaks"})
    assert (answer.status, "It leaks" in answer.text) == (503, True)
    assert PageFailure.objects.get(portal=portal).reason == "The organization refused: no privilege."


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
