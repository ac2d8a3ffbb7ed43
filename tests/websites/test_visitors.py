"""Visitors' sessions, forms and features at the door of the websites application."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Unavailable
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.errors import FormRefused, PageDenied, PageMissing
from websites.features import Action, ActionCall, ActionDone, Feature, feature_register
from websites.features.registry import FEATURES
from websites.models import VisitorSession
from websites.objects import Scene
from websites.visitors.sessions import sessions_purge

DESK = (
    "{% if user %}Hello {{ user.fullname }}, {% endif %}desk {{ ticket }} {{ form.values.title }}"
    "{{ form.errors.title }}{{ form.error }}"
)


@pytest.fixture
def desk(site: SiteInMemory) -> Generator[list[ActionCall], None, None]:
    """A feature at /desk/ that shows tickets by number and takes the form ``open``."""
    calls: list[ActionCall] = []
    before = dict(FEATURES)
    feature_register(
        Feature("Desk", _show, actions=_actions(calls), takes_tail=True)  # what every feature is made of
    )
    feature_register(Feature("Vault", lambda scene: {}, needs_sign_in=True))
    site.templates["Desk"] = site.template("Desk", DESK)
    site.page("Desk", "desk", parent=site.home, template="Desk", marker="Desk")
    site.page("Vault", "vault", parent=site.home, template="Desk", marker="Vault")
    yield calls
    FEATURES.clear()
    FEATURES.update(before)


def _show(scene: Scene) -> Mapping[str, object]:
    if scene.tail == "nothing":
        raise PageMissing("no")
    if scene.tail == "secret":
        raise PageDenied("no")
    return {"ticket": scene.tail}


def _actions(calls: list[ActionCall]) -> dict[str, Action]:
    def open_(call: ActionCall) -> ActionDone:
        calls.append(call)
        if call.value("title") == "away":
            raise Unavailable("away")
        if not call.value("title"):
            raise FormRefused({"title": "Enter a title."})
        return ActionDone("/desk/7/", "opened")

    return {"open": open_}


def test_a_page_shows_what_the_rest_of_the_address_names(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    open_portal(site.id)
    assert "desk CAS-1-Ab" in visitor.get("/desk/CAS-1-Ab/").text
    assert visitor.get("/desk/CAS-1-Ab").headers["location"] == "/desk/CAS-1-Ab/"
    assert visitor.get("/desk/nothing/").status == 404
    assert visitor.get("/desk/secret/").status == 403
    assert visitor.get("/vault/anything/").status == 404


def test_a_live_page_is_kept_nowhere(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    open_portal(site.id)
    assert visitor.get("/desk/").headers["cache-control"] == "private, no-store"


def test_a_signed_in_visitor_is_greeted_and_nobody_else(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    portal = open_portal(site.id)
    visitor.get("/desk/")
    visitor.cookie = signed_in(portal)
    assert "Hello Maria Campbell" in visitor.get("/desk/").text
    assert visitor.get("/").headers["cache-control"] == "private, no-store"
    visitor.cookie = ""
    assert "Hello" not in visitor.get("/desk/").text


def test_a_session_is_worth_nothing_at_another_portal(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    open_portal(site.id)
    visitor.cookie = signed_in(open_portal(site.id, subdomain="other"))
    assert "Hello" not in visitor.get("/desk/").text


@pytest.mark.parametrize("change", [{"expires_at": timedelta(0)}, {"seen_at": -timedelta(hours=5)}])
def test_a_session_ends_by_time(
    visitor: Visitor, site: SiteInMemory, desk: object, change: dict[str, timedelta]
) -> None:
    visitor.cookie = signed_in(open_portal(site.id))
    VisitorSession.objects.update(**{name: timezone.now() + value for name, value in change.items()})
    assert "Hello" not in visitor.get("/desk/").text
    assert sessions_purge() == 1


def test_roles_are_looked_at_again_and_a_contact_that_is_gone_is_signed_out(
    visitor: Visitor, site: SiteInMemory, desk: object, rows: RowsInMemory
) -> None:
    visitor.cookie = signed_in(open_portal(site.id))
    VisitorSession.objects.update(roles_read_at=timezone.now() - timedelta(minutes=2))
    role = str(uuid.uuid4())
    rows.put("contacts", str(MARIA), adx_webrole_contact=[{"adx_webroleid": role}])
    assert "Hello" in visitor.get("/desk/").text
    assert VisitorSession.objects.get().role_ids == [role]
    VisitorSession.objects.update(roles_read_at=timezone.now() - timedelta(minutes=2))
    rows.remove("contacts", str(MARIA))
    assert "Hello" not in visitor.get("/desk/").text
    assert not VisitorSession.objects.exists()


def test_who_must_sign_in_is_sent_there_and_back(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    open_portal(site.id)
    answer = visitor.get("/vault/")
    assert (answer.status, answer.headers["location"]) == (302, "/signin/?return=/vault/")


def test_a_form_is_done_once_and_leads_on(visitor: Visitor, site: SiteInMemory, desk: list[ActionCall]) -> None:
    open_portal(site.id)
    answer = visitor.post("/desk/", {"_action": "open", "title": " It leaks\r\n"})
    assert (answer.status, answer.headers["location"]) == (303, "/desk/7/?notice=opened")
    assert [call.value("title") for call in desk] == ["It leaks"]


def test_what_was_typed_is_shown_again_with_what_is_wrong(visitor: Visitor, site: SiteInMemory, desk: object) -> None:
    open_portal(site.id)
    answer = visitor.post("/desk/", {"_action": "open", "title": ""})
    assert (answer.status, "Enter a title." in answer.text) == (400, True)
    away = visitor.post("/desk/", {"_action": "open", "title": "away"})
    assert (away.status, "away" in away.text, "try again" in away.text) == (503, True, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "same-origin", "origin": "https://evil.example"},
        {"sec_fetch_site": "", "origin": "https://evil.example"},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": "", "origin": ""},
    ],
)
def test_a_form_from_elsewhere_does_nothing(
    visitor: Visitor, site: SiteInMemory, desk: list[ActionCall], headers: dict[str, str]
) -> None:
    open_portal(site.id)
    assert visitor.post("/desk/", {"_action": "open", "title": "x"}, **headers).status == 403
    assert desk == []


def test_a_form_that_the_page_does_not_have_is_told_apart_from_no_page(
    visitor: Visitor, site: SiteInMemory, desk: list[ActionCall]
) -> None:
    open_portal(site.id)
    assert visitor.post("/desk/", {"_action": "close"}).status == 404
    assert visitor.post("/", {"_action": "open", "title": "x"}).status == 404
    assert "This page does not take this form" in visitor.post("/desk/", {"q": "x" * 1_000_000}).text
    assert "There is no page" in visitor.post("/none/", {}).text
    assert desk == []


def test_a_form_that_is_too_large_is_refused(visitor: Visitor, site: SiteInMemory, desk: list[ActionCall]) -> None:
    open_portal(site.id)
    assert visitor.post("/desk/", {"_action": "open", "title": "x" * 3_000_000}).status == 413
    assert desk == []


def test_a_page_for_a_role_is_shown_to_those_who_have_it(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    portal = open_portal(site.id)
    role = site._put("adx_webroles", adx_name="Members")
    page = site.page("Members", "members", parent=site.home)
    rule = [{"adx_webroleid": role}]
    site._put(
        "adx_webpageaccesscontrolrules",
        adx_right=2,
        _adx_webpageid_value=page,
        adx_webpageaccesscontrolrule_webrole=rule,
    )
    assert visitor.get("/members/").status == 403
    visitor.cookie = signed_in(portal, role_ids=[role])
    assert visitor.get("/members/").status == 200
    visitor.cookie = signed_in(portal)
    assert visitor.get("/members/").status == 403
