"""The wizard's pages without JavaScript: the source document's words, what is kept, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from domains.adapters.fake import FakeEdge
from domains.models import Certificate, CustomDomain, DomainDraft
from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.certificates import certificate_made, leaf, pfx
from tests.builders.custom_domains import Zone, domain_active, domain_started
from tests.builders.operations import run_to_end
from tests.builders.portals import license_free, portal_row
from tests.domains.custom_domains.wizard import HOST, Wizard

pytestmark = pytest.mark.django_db

MISSING = "Please add a CNAME record to this domain name."


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


def test_the_whole_way_in_the_source_documents_words(
    wizard: Wizard, portal: Portal, people: Cast, zone: Zone, edge: FakeEdge
) -> None:
    page = wizard.page("certificate/")
    for words in ("Choose a SSL certificate", "Upload a new certificate", "Use an existing certificate", ">File<"):
        assert words in page
    assert wizard.upload(pfx(leaf(HOST))) == (302, f"{wizard.base}host-name/")

    page = wizard.page("host-name/")
    for words in ("Choose a host name", "Add a new hostname", "Domain Name", "Use an existing host name"):
        assert words in page
    status, page = wizard.host()
    assert status == 400
    assert f">{MISSING}<" in page
    assert "Check again and continue" in page
    for shown in (HOST, portal.host, f"_portal-verify.{HOST}", "portal-verify=", "NXDOMAIN", "Expected"):
        assert shown in page
    zone.point(HOST, portal)
    DomainDraft.objects.update(check_asked_at=None)
    assert wizard.host() == (302, f"{wizard.base}review/")

    page = wizard.page("review/")
    assert HOST in page
    assert Certificate.objects.get().thumbprint in page
    assert wizard.next() == (302, f"{wizard.base}done/")
    page = wizard.page("done/")
    assert '<meta http-equiv="refresh" content="5">' in page
    run_to_end(Operation.objects.get().pk)

    page = wizard.page("done/")
    url = CustomDomain.objects.get().url
    assert "Custom Domain name has been successfully configured for this Portal. You can now go to " in page
    assert f'<a href="{url}">{HOST}</a> to access this portal.' in page
    assert ">Finish</a>" in page
    assert "hx-trigger" not in wizard.page("live/")
    assert url in wizard.page()


def test_waiting_shows_the_evidence_and_goes_on_by_itself(
    wizard: Wizard, certificate: Certificate, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    wizard.choose(certificate)
    assert wizard.host(action="wait") == (302, f"{wizard.base}review/")
    wizard.next()
    run = Operation.objects.get()
    from operations.runner import operation_run

    operation_run(operation_id=run.pk)
    part = wizard.page("live/")
    for words in (MISSING, "Retry after some time passes.", "Check again", "127.0.0.1", 'hx-trigger="every 5s"'):
        assert words in part
    status, where = wizard.send("check/")
    assert (status, where) == (302, f"{wizard.base}done/")
    assert "the button works again in" in wizard.page("done/")
    zone.point(HOST, portal)
    run_to_end(run.pk)
    assert "successfully configured" in wizard.page("live/")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"choice": "upload"}, "Select a .pfx file"),
        ({"choice": "existing"}, "Select a certificate"),
        ({"choice": "existing", "certificate": "nonsense"}, "Select a certificate"),
        ({"choice": "automatic"}, "Automatic certificates are switched off here"),
        ({"choice": "elsewhere"}, "Select a certificate"),
        ({}, "Select a certificate"),
    ],
)
def test_a_certificate_page_without_a_choice_says_what_to_do(
    wizard: Wizard, values: dict[str, str], words: str
) -> None:
    status, page = wizard.send("certificate/", **values)
    assert status == 400
    assert "There is a problem" in page
    assert words in page


def test_what_the_doctor_found_is_listed(wizard: Wizard) -> None:
    gone = leaf(HOST, not_before=timezone.now() - timedelta(days=9), not_after=timezone.now() - timedelta(days=1))
    status, page = wizard.upload(pfx(gone))
    assert status == 400
    assert "What was checked" in page
    assert "This certificate expired on" in page


def test_a_name_the_certificate_is_not_for_says_what_it_is_for(wizard: Wizard, certificate: Certificate) -> None:
    wizard.choose(certificate)
    status, page = wizard.host("help.example.test")
    assert status == 400
    assert f"The certificate does not cover help.example.test. It covers: {HOST}, *.customers.test" in page


def test_a_portal_with_a_domain_is_told_so_and_offers_the_change(
    wizard: Wizard, people: Cast, portal: Portal, zone: Zone, edge: FakeEdge, certificate: Certificate
) -> None:
    domain_active(zone, people.alice, portal, certificate=certificate)
    answer = wizard.browser.get(f"{wizard.base}certificate/")
    assert answer.status_code == 409
    assert "You can only have one custom domain name for a portal." in answer.content.decode()
    assert "?change=1" in wizard.page()

    assert "Choose a SSL certificate" in wizard.page("certificate/?change=1")
    changed = wizard.browser.post(
        f"{wizard.base}certificate/?change=1", {"choice": "existing", "certificate": certificate.pk}
    )
    assert changed.status_code == 302
    zone.point("help.customers.test", portal)
    wizard.host("help.customers.test")
    assert f"Takes over from</dt><dd>{HOST}" in wizard.page("review/")
    wizard.next()
    assert "Another name is to take over" in wizard.page()
    run_to_end(Operation.objects.order_by("-created_at")[0].pk)
    assert "help.customers.test" in wizard.page()


def test_a_removed_name_can_be_chosen_from_the_list(
    wizard: Wizard, people: Cast, portal: Portal, zone: Zone, edge: FakeEdge, certificate: Certificate
) -> None:
    domain_active(zone, people.alice, portal, certificate=certificate)
    assert wizard.send("remove/", hostname="something else")[0] == 400
    assert wizard.send("remove/", hostname=HOST) == (302, wizard.base)
    assert "No custom domain name yet" in wizard.page()
    wizard.choose(certificate)
    assert f'<option value="{HOST}">' in wizard.page("host-name/")
    assert wizard.send("host-name/", choice="existing", existing="evil.example.test")[0] == 400
    assert wizard.send("host-name/", choice="existing")[0] == 400
    assert wizard.send("host-name/", choice="existing", existing=HOST) == (302, f"{wizard.base}review/")


def test_a_certificate_is_changed_and_the_redirect_chosen(
    wizard: Wizard, people: Cast, portal: Portal, zone: Zone, edge: FakeEdge, certificate: Certificate
) -> None:
    domain = domain_active(zone, people.alice, portal, certificate=certificate)
    new = certificate_made(HOST, organization=people.contoso)
    assert wizard.send("redirect/", redirect="on") == (302, wizard.base)
    domain.refresh_from_db()
    assert domain.redirects_from_base
    sent = wizard.send("change-certificate/", choice="existing", certificate=new.pk)
    assert sent == (302, f"{wizard.base}done/")
    run_to_end(Operation.objects.order_by("-created_at")[0].pk)
    assert new.thumbprint in wizard.page()


def test_a_trial_says_why_not(browser: Client, people: Cast) -> None:
    trial = portal_row(people.contoso, license=license_free("trial", is_assigned=True))
    wizard = Wizard(browser, trial)
    assert "A custom domain name needs a production licence." in wizard.page()
    assert browser.get(f"{wizard.base}certificate/").status_code == 409
    assert "A custom domain name needs a production licence." in browser.get(f"/portals/{trial.pk}/").content.decode()


def test_pages_are_for_managers_only(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    domain_started(people.alice, portal)
    names = ("", "certificate/?change=1", "done/", "live/", "remove/", "change-certificate/")
    for user, statuses in ((people.bob, {403}), (people.charlie, {403}), (people.service_admin, {200, 409})):
        client = Client()
        client.force_login(user)
        got = {client.get(f"/portals/{portal.pk}/custom-domain/{name}").status_code for name in names}
        assert got <= statuses, (user, got)


def test_the_portals_page_leads_here(browser: Client, portal: Portal) -> None:
    page = browser.get(f"/portals/{portal.pk}/").content.decode()
    assert "Add a Custom Domain Name" in page
    assert f"/portals/{portal.pk}/custom-domain/certificate/" in page
