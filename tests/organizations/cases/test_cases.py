"""The Cases tab: what a customer service representative sees and finds."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from django.test import Client

from core.models import User
from organizations.client import transport
from organizations.client.tokens import tokens_forget
from organizations.embedded.inprocess import InProcessTransport
from organizations.models import Organization, OrganizationUser, Role, RoleAssignment
from tests.builders.cases import CREATED, TIMELINE, case_made, comment_made
from tests.builders.organizations import alice, bob, charlie, contoso, fabrikam, sharron

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Organization:
    return contoso(solutions=(TIMELINE,))


@pytest.fixture
def browser(client: Client, home: Organization) -> Client:
    client.force_login(sharron(home))
    return client


def _list(browser: Client, home: Organization, query: str = "") -> str:
    return browser.get(f"/cases/{home.pk}/{query}").content.decode()


def _form(browser: Client, home: Organization, case_id: uuid.UUID) -> str:
    return browser.get(f"/cases/{home.pk}/{case_id}/").content.decode()


def _titles(page: str) -> list[str]:
    names = page.split('class="list__name"')[1:]
    return [name.split("</a>")[0].rsplit(">", 1)[1] for name in names]


class Counted(httpx.BaseTransport):
    """The organization in this process; every call to its Web API is noted, in whose name, and how it may be away."""

    calls: list[httpx.Request]
    is_away = False

    def __init__(self) -> None:
        self.inner = InProcessTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if "/api/data/" in request.url.path:
            type(self).calls.append(request)
        if type(self).is_away:
            raise httpx.ConnectError("refused")
        return self.inner.handle_request(request)


@contextmanager
def counted(*, is_away: bool = False) -> Iterator[list[httpx.Request]]:
    """While it lasts, the calls of this process are counted."""
    before = transport.transport_make
    Counted.calls, Counted.is_away = [], is_away
    transport.transport_make = Counted
    try:
        yield Counted.calls
    finally:
        transport.transport_make = before


# --- The list


def test_sharron_begins_at_the_cases(browser: Client, home: Organization) -> None:
    answer = browser.get("/applications/", follow=True)

    assert [to for to, _ in answer.redirect_chain] == ["/cases/", f"/cases/{home.pk}/"]
    assert 'href="/cases/" aria-current="page"' in answer.content.decode()


def test_the_list_shows_active_cases_newest_first(browser: Client, home: Organization) -> None:
    case_made(home, "Older", created_at=CREATED - timedelta(days=1))
    case_made(home, "Newer")
    case_made(home, "Over", statecode=1)

    page = _list(browser, home)

    assert _titles(page) == ["Newer", "Older"]
    assert "Maria Campbell" in page
    assert "In Progress" in page
    assert "2 in all" in page


def test_other_states_are_a_filter_away(browser: Client, home: Organization) -> None:
    case_made(home, "Open")
    case_made(home, "Over", statecode=1)

    assert _titles(_list(browser, home, "?state=1")) == ["Over"]
    assert sorted(_titles(_list(browser, home, "?state=all"))) == ["Open", "Over"]


@pytest.mark.parametrize("text", ["E-14", "meter SHOWS", "camp", "CAS-", "o'hara's"])
def test_a_case_is_found_by_title_number_and_customer(browser: Client, home: Organization, text: str) -> None:
    case_made(home, "Meter shows E-14 at O'Hara's")
    assert len(_titles(_list(browser, home, f"?search={text}"))) == 1


def test_a_search_is_a_text_and_never_a_condition(browser: Client, home: Organization) -> None:
    case_made(home)
    for text in ("nothing-like-it", "') or (title ne '", "%", "x' or '1' eq '1"):
        page = browser.get(f"/cases/{home.pk}/", {"search": text}).content.decode()
        assert "No cases match these filters." in page, text


def test_the_list_is_sorted_by_its_headings(browser: Client, home: Organization) -> None:
    for title in ("Beta", "Alpha", "Gamma"):
        case_made(home, title)

    page = _list(browser, home, "?sort=title")

    assert _titles(page) == ["Alpha", "Beta", "Gamma"]
    assert 'aria-sort="ascending"' in page
    assert _titles(_list(browser, home, "?sort=-title")) == ["Gamma", "Beta", "Alpha"]


def test_the_organization_pages_the_list(browser: Client, home: Organization) -> None:
    for number in range(30):
        case_made(home, f"Case {number:02}")

    first = _list(browser, home, "?sort=title")
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = _list(browser, home, link)

    assert (_titles(first)[0], _titles(first)[-1], _titles(second)[0]) == ("Case 00", "Case 24", "Case 25")
    assert "First page" in second
    assert 'rel="next"' not in second


def test_the_list_is_left_through_page_by_page_both_ways(browser: Client, home: Organization) -> None:
    for number in range(80):
        case_made(home, f"Case {number:02}")

    pages = [_list(browser, home, "?sort=title")]
    for rel in ("next", "next", "next", "prev", "prev", "prev"):
        link = pages[-1].split(f'rel="{rel}" href="')[1].split('"')[0].replace("&amp;", "&")
        pages.append(_list(browser, home, link))

    starts = [_titles(page)[0] for page in pages]
    assert starts == ["Case 00", "Case 25", "Case 50", "Case 75", "Case 50", "Case 25", "Case 00"]
    assert 'rel="prev"' not in pages[-1]
    assert ["First page" in page for page in pages] == [False, True, False, False, False, True, False]


def test_a_place_that_is_not_one_of_the_list_is_told(browser: Client, home: Organization) -> None:
    assert "The organization refused" in _list(browser, home, "?after=nonsense%26$filter=x")


def test_a_page_takes_one_call_however_many_cases_it_shows(browser: Client, home: Organization) -> None:
    for number in range(12):
        case_made(home, f"Case {number}")
    _list(browser, home)  # a token is fetched

    with counted() as calls:
        _list(browser, home)

    assert len(calls) == 1


# --- The form


def test_the_form_shows_the_case_its_customer_and_what_was_written(browser: Client, home: Organization) -> None:
    case_id = case_made(home, description="It <b>leaks</b>.", prioritycode=1)
    comment_made(home, case_id, "Is there any news?")

    page = _form(browser, home, case_id)

    assert "Meter shows E-14 after reset" in page
    assert "maria@example.test" in page
    assert "High" in page
    assert "It &lt;b&gt;leaks&lt;/b&gt;." in page
    assert "Is there any news?" in page
    assert "From the customer" in page


def test_the_form_takes_three_calls_in_the_readers_name(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    for number in range(5):
        comment_made(home, case_id, f"Comment {number}")
    there = OrganizationUser.objects.get(organization=home, email="sharron@contoso.example").systemuser_id

    with counted() as calls:
        _form(browser, home, case_id)

    assert [call.headers.get("MSCRMCallerID") for call in calls] == [str(there)] * 3


# --- Who, and when nobody answers


def test_who_may_not_see_cases_sees_neither_tab_nor_page(client: Client, home: Organization) -> None:
    case_id = case_made(home)
    for stranger in (bob(home), charlie()):
        client.force_login(stranger)
        assert 'href="/cases/"' not in client.get("/instances/").content.decode()
        assert client.get("/cases/").status_code == 403
        assert client.get(f"/cases/{home.pk}/").status_code == 403
        assert client.get(f"/cases/{home.pk}/{case_id}/").status_code == 403
        assert client.post(f"/cases/{home.pk}/{case_id}/", {"text": "x", "to": "customer"}).status_code == 403


def test_an_administrator_sees_the_tab(client: Client, home: Organization) -> None:
    client.force_login(alice(home))
    assert 'href="/cases/"' in client.get("/instances/").content.decode()


def test_a_case_of_another_organization_is_nowhere(browser: Client, home: Organization) -> None:
    other = fabrikam(contacts=())
    case_id = case_made(home)

    assert browser.get(f"/cases/{other.pk}/").status_code == 403
    assert browser.get(f"/cases/{other.pk}/{case_id}/").status_code == 403
    assert browser.get(f"/cases/{home.pk}/{uuid.uuid4()}/").status_code == 404
    RoleAssignment.objects.create(user=_user(), role=Role.CUSTOMER_SERVICE_REPRESENTATIVE, organization=other)
    assert browser.get(f"/cases/{other.pk}/{case_id}/").status_code == 404


def _user() -> User:
    return User.objects.get(email="sharron@contoso.example")


def test_an_organization_that_is_away_is_told_and_the_page_stands(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    tokens_forget()
    with counted(is_away=True):
        listed, form = _list(browser, home), _form(browser, home, case_id)

    for page in (listed, form):
        assert "The organization cannot be reached" in page
        assert "Try again" in page
