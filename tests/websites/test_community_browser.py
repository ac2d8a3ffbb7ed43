"""The community in a real browser: a member asks, is answered and votes, on a small screen, without script."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page

from tests.builders.communities import MODERATOR, Community, community
from tests.builders.websites import RowsInMemory
from tests.journeys.geometry import misplaced
from tests.websites.browsing import browse, portal_told, served
from tests.websites.test_browser import SETTINGS, photograph, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOST = "support.portals.localhost"
PATHS = {
    "community-home": "/",
    "forums": "/forums/",
    "forum": "/forums/devices/",
    "forum-empty": "/forums/devices/?show=open&page=9",
    "blog": "/blog/news/",
    "blog-month": "/blog/news/2026/10/",
    "blog-post": "/blog/news/repair-day/",
    "ideas": "/ideas/products/",
    "idea": "/ideas/products/voice/",
}


@pytest.fixture
def walk(tmp_path: Path, db: None) -> Generator[tuple[Community, str], None, None]:
    """A community portal at a loopback port."""
    rows = RowsInMemory()
    with override_settings(**SETTINGS), served(rows, tmp_path) as (held, port):
        people = community(rows)
        portal = portal_told(held, people.website_id, host=HOST, portal_type="community")
        held.hosts.tell(HOST, type(portal)(**{**portal.__dict__, "portal_id": people.portal.pk}))
        yield people, f"http://{HOST}:{port}"
    with connection.cursor() as cursor:  # the server's threads have connections of their own
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def signed_in(page: Page, cookie: str) -> None:
    name, _, token = cookie.partition("=")
    page.context.add_cookies([{"name": name, "value": token, "domain": HOST, "path": "/"}])


def test_every_page_is_accessible_and_in_its_place(walk: tuple[Community, str]) -> None:
    people, base = walk
    paths = {**PATHS, "thread": people.thread("Light stays red after a power cut")}
    cookie = people.cookie(MODERATOR, "Forum Moderators", "Idea Managers")
    post = people.posts("Light stays red after a power cut")[1]
    signed = {
        **{f"signed-{name}": path for name, path in paths.items()},
        "signed-quote": f"{paths['thread']}?quote={post}",
        "signed-report": f"{paths['thread']}?report={post}",
        "signed-remove": f"{paths['thread']}?remove={post}",
    }

    def work(browser: Browser) -> list[str]:
        strangers = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        members = browser.new_page(viewport={"width": 390, "height": 900}, color_scheme="dark")
        signed_in(members, cookie)
        return [*looked_over(strangers, base, paths), *looked_over(members, base, signed)]

    assert browse(work) == []


def looked_over(page: Page, base: str, paths: dict[str, str]) -> list[str]:
    """What is wrong on the pages, in words."""
    problems: list[str] = []
    for name, path in paths.items():
        answer = page.goto(base + path)
        if answer is None or answer.status != 200:
            problems.append(f"{name}: {answer.status if answer else 'nothing'}")
        photograph(page, name)
        problems += [f"{name}: {found}" for found in (*violations(page), *misplaced(page))]
    return problems


def test_a_member_asks_is_answered_and_votes_on_a_small_screen(walk: tuple[Community, str]) -> None:
    people, base = walk
    maria, moderator = people.cookie(), people.cookie(MODERATOR, "Forum Moderators")

    def work(browser: Browser) -> tuple[str, str, str]:
        page = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False).new_page()
        signed_in(page, maria)
        page.goto(f"{base}/forums/devices/")
        page.get_by_role("link", name="Start a thread").click()
        page.get_by_label("Title").fill("It hums at night")
        page.get_by_label("Text").fill("Only *at night*. What can I do?")
        page.get_by_role("button", name="Post thread").click()
        page.get_by_role("status").filter(has_text="Your thread is posted.").wait_for()
        thread = re.sub(r"[?#].*", "", page.url)

        other = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False).new_page()
        signed_in(other, moderator)
        other.goto(thread)
        other.get_by_role("link", name=re.compile("^Quote")).click()
        other.get_by_label("Text").fill("> Only *at night*.\n\nTighten the screw below.")
        other.get_by_role("button", name="Post reply").click()
        other.get_by_role("status").filter(has_text="Your reply is posted.").wait_for()

        page.goto(thread)
        page.get_by_role("button", name=re.compile("^This is the answer")).click()
        answered = page.get_by_role("status").inner_text()
        page.goto(f"{base}/ideas/products/")
        page.get_by_role("button", name=re.compile("^Vote for it.*Vacation mode")).click()
        voted = page.get_by_role("status").inner_text()
        page.goto(f"{base}/blog/news/repair-day/")
        page.get_by_label("Your comment").fill("See you in April.")
        page.get_by_role("button", name="Post comment").click()
        return answered, voted, page.get_by_role("status").inner_text()

    assert browse(work) == (
        "The reply is marked as the answer.",
        "Your vote is counted.",
        "Your comment is published.",
    )
    assert people.row("adx_communityforumthreads", "It hums at night")["adx_isanswered"] is True
