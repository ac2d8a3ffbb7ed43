"""Drafts of the wizard: passwords, what is missing, expiry, tampering, and whose they are."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from domains.models import Certificate, CustomDomain, DomainDraft
from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.certificates import PASSWORD, certificate_made, leaf, pfx
from tests.builders.custom_domains import Zone
from tests.domains.custom_domains.wizard import HOST, Wizard

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


@pytest.fixture
def wizard(browser: Client, portal: Portal) -> Wizard:
    return Wizard(browser, portal)


@pytest.fixture
def certificate(people: Cast) -> Certificate:
    return certificate_made(HOST, "*.customers.test", organization=people.contoso)


def test_a_wrong_password_keeps_the_file_sealed_and_the_right_one_goes_on(wizard: Wizard) -> None:
    status, page = wizard.upload(pfx(leaf(HOST)), "wrong")
    assert status == 400
    assert "The password is wrong, or the file is damaged" in page
    assert "support.pfx is kept" in page
    assert "wrong" not in page.split('name="password"')[1].split(">")[0]
    assert DomainDraft.objects.get().file.startswith("v1:")
    assert wizard.send("certificate/", choice="upload", password=PASSWORD)[0] == 302
    assert DomainDraft.objects.get().file == ""


def test_pages_ahead_lead_back_to_what_is_missing(wizard: Wizard, certificate: Certificate) -> None:
    for name in ("host-name/", "review/"):
        assert wizard.browser.get(f"{wizard.base}{name}").headers["Location"] == f"{wizard.base}certificate/"
    wizard.choose(certificate)
    assert wizard.browser.get(f"{wizard.base}review/").headers["Location"] == f"{wizard.base}host-name/"
    assert wizard.browser.get(f"{wizard.base}done/").headers["Location"] == wizard.base


def test_an_expired_draft_begins_again_and_says_so(wizard: Wizard, certificate: Certificate, zone: Zone) -> None:
    wizard.choose(certificate)
    DomainDraft.objects.update(expires_at=timezone.now())
    answer = wizard.browser.get(f"{wizard.base}host-name/", follow=True)
    assert answer.redirect_chain == [(f"{wizard.base}certificate/", 302)]
    assert "older than 24 hours" in answer.content.decode()


def test_clicking_next_twice_is_one_domain_and_one_run(
    wizard: Wizard, certificate: Certificate, portal: Portal, zone: Zone
) -> None:
    zone.point(HOST, portal)
    wizard.choose(certificate)
    wizard.host()
    assert wizard.next() == wizard.next() == (302, f"{wizard.base}done/")
    assert CustomDomain.objects.count() == Operation.objects.count() == 1


@pytest.mark.parametrize("draft", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_tampered_draft_starts_nothing(
    wizard: Wizard, certificate: Certificate, portal: Portal, zone: Zone, draft: str
) -> None:
    zone.point(HOST, portal)
    wizard.choose(certificate)
    wizard.host()
    status, page = wizard.next(draft=draft)
    assert status == 409
    assert "Please begin again." in page
    assert not CustomDomain.objects.exists()


def test_somebody_elses_draft_is_not_mine(
    wizard: Wizard, certificate: Certificate, people: Cast, portal: Portal, zone: Zone
) -> None:
    zone.point(HOST, portal)
    wizard.choose(certificate)
    wizard.host()
    mine = DomainDraft.objects.get()
    other = Client()
    other.force_login(people.global_admin)
    answer = other.post(f"{wizard.base}review/", {"draft": mine.pk}, follow=True)
    assert not CustomDomain.objects.exists()
    assert "Choose a SSL certificate" in answer.content.decode()
