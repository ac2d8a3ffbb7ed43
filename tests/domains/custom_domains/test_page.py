"""The custom domain's own page: another certificate, how long browsers insist on HTTPS, and words that are true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.errors import InvalidValue
from domains.adapters.fake import FakeEdge
from domains.custom.ownership import ownership_value
from domains.models import Certificate, CertificateUpload, CustomDomain, SslBinding
from domains.services.custom_domains import domain_add
from domains.views.shown import domain_page
from operations.models import Operation
from operations.runner import operation_run
from portals.models import Portal
from tests.builders.adminsite import Cast, instance
from tests.builders.certificates import PASSWORD, certificate_made, leaf, pfx
from tests.builders.custom_domains import Zone, domain_active, domain_row, domain_started
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"


@pytest.fixture
def browser(client: Client, people: Cast) -> Client:
    client.force_login(people.alice)
    return client


@pytest.fixture
def base(portal: Portal) -> str:
    return f"/portals/{portal.pk}/custom-domain/"


@pytest.fixture
def domain(zone: Zone, edge: FakeEdge, people: Cast, portal: Portal) -> CustomDomain:
    return domain_active(zone, people.alice, portal)


def looked(run: Operation) -> None:
    """The run goes on until it waits; what it waited for is taken as over."""
    Operation.objects.filter(pk=run.pk).update(due_at=None)
    operation_run(operation_id=run.pk)


def test_a_new_certificate_with_a_wrong_password_is_not_uploaded_twice(
    browser: Client, base: str, domain: CustomDomain
) -> None:
    data = pfx(leaf(HOST))
    sent = {"choice": "upload", "file": SimpleUploadedFile("new.pfx", data), "password": "wrong"}
    answer = browser.post(f"{base}change-certificate/", sent)
    assert answer.status_code == 400
    assert "new.pfx is kept" in answer.content.decode()
    assert data.hex()[:40] not in CertificateUpload.objects.get().file
    answer = browser.post(f"{base}change-certificate/", {"choice": "upload", "password": PASSWORD})
    assert answer.headers["Location"] == f"{base}done/"
    assert not CertificateUpload.objects.exists()
    assert Certificate.objects.count() == 2


def test_how_long_browsers_insist_on_https_is_chosen_and_begins_after_a_week(
    browser: Client, base: str, domain: CustomDomain
) -> None:
    page = browser.get(base).content.decode()
    week = timezone.localdate() + timedelta(days=7)
    assert f"{week.day} {week:%b %Y}</time> on, after a week in service" in page
    assert '<option value="300" selected>' in page
    assert browser.post(f"{base}hsts/", {"seconds": "2592000"}).headers["Location"] == base
    assert SslBinding.objects.get().hsts == SslBinding.Hsts.MONTH
    assert "Browsers insist on HTTPS for 30 days" in browser.get(base).content.decode()
    assert browser.post(f"{base}hsts/", {"seconds": "2592000"}).status_code == 302
    assert domain.events.filter(code="hsts").count() == 1, "asking twice is asking once"


@pytest.mark.parametrize("seconds", ["", "12", "-1", "9" * 30, "day"])
def test_another_time_than_those_offered_is_refused_in_words(
    browser: Client, base: str, domain: CustomDomain, seconds: str
) -> None:
    answer = browser.post(f"{base}hsts/", {"seconds": seconds}, follow=True)
    assert "Select one of the times" in answer.content.decode()
    assert SslBinding.objects.get().hsts == SslBinding.Hsts.MINUTES


def test_who_may_not_manage_the_portal_chooses_nothing(people: Cast, base: str, domain: CustomDomain) -> None:
    stranger = Client()
    stranger.force_login(people.bob)
    assert stranger.post(f"{base}hsts/", {"seconds": "0"}).status_code in {403, 404}
    assert SslBinding.objects.get().hsts == SslBinding.Hsts.MINUTES


def test_what_could_not_be_asked_is_not_called_nothing(
    browser: Client, base: str, people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.says = "SERVFAIL"
    _, run = domain_started(people.alice, portal)
    looked(run)
    page = browser.get(f"{base}done/").content.decode()
    assert "<dt>Found</dt><dd>Not known</dd>" in page


def test_a_wait_for_the_txt_record_asks_for_that_one(
    browser: Client, base: str, people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    """Somebody else removed the name while this portal's run was waiting for the CNAME record."""
    _, run = domain_started(people.alice, portal)
    gone = domain_row(portal_row(instance("Fabrikam")), "gone.customers.test", is_active=True)
    until = timezone.now() + timedelta(days=30)
    CustomDomain.objects.filter(pk=gone.pk).update(host=HOST, state="removed", tombstone_until=until, removed_at=until)
    zone.point(HOST, portal)
    looked(run)
    looked(run)
    page = browser.get(f"{base}done/").content.decode()
    assert "Add the TXT record that proves whose it is: _portal-verify." in page
    assert "Please add a CNAME record to this domain name." not in page


def test_a_certificate_for_other_names_is_told_in_letters_that_people_type(
    browser: Client, base: str, people: Cast, portal: Portal
) -> None:
    made = certificate_made(HOST, organization=people.contoso)
    browser.post(f"{base}certificate/", {"choice": "existing", "certificate": made.pk})
    page = browser.post(f"{base}host-name/", {"choice": "new", "hostname": "straße.customers.test"}).content.decode()
    assert "The certificate does not cover straße.customers.test." in page


@pytest.mark.parametrize(("state", "told"), [("removed", "somebody else a short while ago"), ("paused", "not served")])
def test_whoever_must_prove_a_name_is_told_the_whole_record(
    browser: Client, base: str, people: Cast, portal: Portal, zone: Zone, state: str, told: str
) -> None:
    """On the page with its copy buttons, and in the sentence, which is all that a script gets."""
    until = timezone.now() + timedelta(days=30)
    row = domain_row(portal_row(instance("Fabrikam")), HOST, is_active=True)
    guard = {"removed_at": until, "tombstone_until": until} if state == "removed" else {}
    CustomDomain.objects.filter(pk=row.pk).update(state=state, **guard)
    made = certificate_made(HOST, organization=people.contoso)
    browser.post(f"{base}certificate/", {"choice": "existing", "certificate": made.pk})
    answer = browser.post(f"{base}host-name/", {"choice": "new", "hostname": HOST})
    page, value = answer.content.decode(), ownership_value(organization_id=people.contoso.pk, host=HOST)
    assert answer.status_code == 400
    assert told in page
    assert f"_portal-verify.{HOST} TXT {value}" in page
    assert page.count(value) >= 2, "the record's panel too"
    with pytest.raises(InvalidValue, match=value):
        domain_add(actor=people.alice, portal_id=portal.pk, hostname=HOST, certificate_id=made.pk)


def test_a_run_that_ends_while_its_page_is_made_is_shown_as_ended(people: Cast, portal: Portal) -> None:
    read_before, run = domain_started(people.alice, portal)
    Operation.objects.filter(pk=run.pk).update(status=Operation.Status.SUCCEEDED, finished_at=timezone.now())
    CustomDomain.objects.filter(pk=read_before.pk).update(state=CustomDomain.State.ACTIVE)
    assert domain_page(portal, read_before).is_active
