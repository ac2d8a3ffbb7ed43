"""The community over the real wire format: what members do, against an embedded organization."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory

from organizations.client import organization_client
from organizations.client.webapi import WebApiClient
from organizations.embedded.registry import TABLES, Kind
from organizations.embedded.seed import SeedSolution
from portals.models import Portal
from solutions.content.keys import Keys
from solutions.content.rows import content_links, content_rows
from tests.builders.communities import words
from tests.builders.organizations import contoso
from tests.builders.websites import open_portal
from tests.websites.forum_forms import form_of
from websites.clients import ClientPool
from websites.features.forums.found import threads_found
from websites.features.forums.subscribing import ALERTS
from websites.features.ideas.found import ideas_found
from websites.features.loading import features_load
from websites.hosts import HostTable
from websites.models import PortalMail
from websites.posting import post_answer
from websites.rendering import Rendered, visit_answer
from websites.sites import SiteStore
from websites.visit import Visit, params_of
from websites.visitors.values import Visitor

pytestmark = pytest.mark.django_db
WEBSITE = uuid.UUID("0d6cf0a6-1f1f-4c9d-8d5e-7c7b2f6f9b21")
MARIA, MONA = uuid.uuid5(WEBSITE, "maria"), uuid.uuid5(WEBSITE, "mona")
MODERATORS = ("Forum Moderators", "Idea Managers")


class Members:
    """Two members, one of whom moderates, and the pages as they get them."""

    def __init__(self, client: WebApiClient, portal: Portal, folder: Path) -> None:
        features_load()
        self.client = client
        self.host = HostTable().portal_at(portal.host)
        self.loaded = SiteStore(client_for=ClientPool().client_for, folder=folder).site_of(self.host)
        keys = Keys(WEBSITE, 1033)
        roles = frozenset(str(keys.id("adx_webrole", name)) for name in MODERATORS)
        self.maria = Visitor(uuid.uuid4(), str(MARIA), "Maria Campbell", "maria@example.com")
        self.mona = Visitor(uuid.uuid4(), str(MONA), "Mona Moderator", "mona@example.com", "", roles)

    def visit(self, address: str, who: Visitor | None) -> Visit:
        path, _, query = address.partition("?")
        return Visit(self.host, path, query, params_of(query), datetime.now(UTC), who)

    def page(self, address: str, who: Visitor | None = None) -> str:
        made = visit_answer(self.visit(address, who), self.loaded)
        assert made.status == 200, address
        return str(made.body)

    def send(self, address: str, values: Mapping[str, Any], who: Visitor) -> str:
        """Send a form; where the visitor is led to."""
        done = post_answer(RequestFactory().post(address, values), self.visit(address, who), self.loaded)
        assert isinstance(done, HttpResponse), done.body
        assert done.status_code == 303, done.status_code
        return str(done["Location"])


@pytest.fixture
def members(tmp_path: Path) -> Iterator[Members]:
    tables = tuple(table.name for table in TABLES.values() if table.kind is Kind.PORTAL)
    organization = contoso(solutions=(SeedSolution("CommunityPortal", "Community Portal", "9.2.1.0", tables),))
    with organization_client(organization) as client:
        site_put(client)
        for id_, first, last in ((MARIA, "Maria", "Campbell"), (MONA, "Mona", "Moderator")):
            values = {"firstname": first, "lastname": last, "emailaddress1": f"{first.lower()}@example.com"}
            client.upsert("contacts", id_, values)
        portal = open_portal(str(WEBSITE), portal_type="community", organization=organization)
        yield Members(client, portal, tmp_path)


def site_put(client: WebApiClient) -> None:
    """The starter content, as provisioning writes it."""
    chosen: dict[str, Any] = {"portal_type": "community", "options": (), "lcid": 1033, "website_id": WEBSITE}
    made = content_rows(**chosen, website_name="Contoso Community", host="x.example")
    for table, rows in groupby(made, key=lambda row: row.logical_name):
        found = list(rows)
        client.upsert_many(found[0].entity_set, table, [(row.id, row.values) for row in found])
    for link in content_links(**chosen):
        client.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)
    client.upsert("adx_websites", WEBSITE, {"statecode": 0})


def test_members_ask_answer_moderate_and_vote(members: Members) -> None:
    maria, mona = members.maria, members.mona
    assert "Last post: Can I choose when updates are installed? by Tom Becker" in words(members.page("/forums/"))
    forum = members.page("/forums/devices/", maria)
    assert "Started by Henrik Dahl · Replies: 2" in words(forum)
    sent = {**form_of(forum, "thread"), "title": "Sound", "text": "It *hums*.", "subscribe": "yes"}
    thread = members.send("/forums/devices/", sent, maria).partition("?")[0]
    page = members.page(thread, mona)
    assert "<em>hums</em>" in page
    members.send(thread, {**form_of(page, "reply"), "text": "Tighten the screw."}, mona)
    assert PortalMail.objects.get().to == "maria@example.com"
    page = members.page(thread, maria)
    assert "Unsubscribe" in page
    members.send(thread, form_of(page, "answer"), maria)
    assert "Sound" not in words(members.page("/forums/devices/?show=open"))
    reply = re.findall(r"report=([0-9a-f-]{36})", page)[-1]
    members.send(thread, {"_action": "report", "post": reply, "reason": "Too short"}, maria)
    assert "Too short" in words(members.page("/forums/", mona))
    members.send(thread, {"_action": "remove", "post": reply}, mona)
    assert "Nothing has been reported." in words(members.page("/forums/", mona))
    assert "No answer yet" in words(members.page(thread))
    members.send(thread, {"_action": "unsubscribe"}, maria)
    assert not list(members.client.rows(ALERTS, select=("adx_name",)))
    row = members.client.row("adx_communityforums", Keys(WEBSITE, 1033).id("adx_communityforum", "devices"))
    assert row is not None
    assert (row["adx_threadcount"], row["adx_postcount"]) == (4, 9)


def test_a_file_is_added_to_a_post_and_read_with_it_only(members: Members) -> None:
    maria = members.maria
    sent = {**form_of(members.page("/forums/devices/", maria), "thread"), "title": "Picture", "text": "See the file."}
    bad = SimpleUploadedFile("x.png", b"no picture")
    request = RequestFactory().post("/forums/devices/", {**sent, "file": bad})
    refused = post_answer(request, members.visit("/forums/devices/", maria), members.loaded)
    assert isinstance(refused, Rendered)
    assert "The file is not what its name says." in str(refused.body)
    picture = SimpleUploadedFile("..\\light.png", b"\x89PNG\r\n\x1a\n123")
    thread = members.send("/forums/devices/", {**sent, "file": picture}, maria).partition("?")[0]
    page = members.page(thread)
    (address,) = re.findall(rf'href="({thread}files/[^"]+)"', page)
    assert "light.png" in page
    made = visit_answer(members.visit(address, None), members.loaded)
    assert (made.status, made.content, made.content_type) == (200, b"\x89PNG\r\n\x1a\n123", "image/png")
    elsewhere = address.replace("/devices/", "/getting-started/")
    assert visit_answer(members.visit(elsewhere, None), members.loaded).status == 404
    assert visit_answer(members.visit(f"{thread}files/nonsense/", None), members.loaded).status == 404


def test_ideas_are_submitted_voted_for_and_decided(members: Members) -> None:
    maria, mona = members.maria, members.mona
    page = members.page("/ideas/products/?sort=new", maria)
    newest = re.findall(r'name="idea" value="([^"]+)"><input type="hidden" name="vote" value="up"', page)[0]
    members.send("/ideas/products/", {"_action": "vote", "idea": newest, "vote": "up"}, maria)
    assert "3 Votes" in words(members.page("/ideas/products/dark-page/"))
    page = members.page("/ideas/products/", maria)
    assert "Votes you have left here: 9" in page
    sent = {**form_of(page, "submit"), "title": "A larger button", "text": "It is *small*."}
    idea = members.send("/ideas/products/", sent, maria).partition("?")[0]
    decided = {"_action": "decide", "status": "accepted", "answer": "In spring."}
    members.send(idea, decided, mona)
    assert "Our answer In spring." in words(members.page(idea))
    assert "A larger button" in words(members.page("/ideas/products/?status=accepted"))
    members.send(idea, {"_action": "comment", "comment": "Fine."}, maria)


def test_blogs_and_pages_of_threads_and_the_search_read_what_is_there(members: Members) -> None:
    assert "by Tom Becker" in words(members.page("/blog/news/repair-day/"))
    assert "Posts of October 2026" in members.page("/blog/news/2026/10/")
    edition = members.loaded.site.default
    assert {found.title for found in threads_found(members.loaded, edition)} >= {"How do you clean the casing?"}
    assert len(list(ideas_found(members.loaded, edition))) == 6
    settings = dict(members.loaded.site.settings)
    settings["Forums/Threads Page Size"] = "1"
    object.__setattr__(members.loaded.site, "settings", settings)
    assert "Page 2 of 3" in words(members.page("/forums/devices/?page=2"))
    assert "Page 3 of 3" in words(members.page("/forums/devices/?page=9"))
