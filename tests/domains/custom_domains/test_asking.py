"""Asking for a custom domain: names, portals and certificates that are refused, and whose a name is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import InvalidValue, PortalAdminError
from domains.adapters.fake import FakeEdge
from domains.custom.errors import OnlyOne
from domains.errors import HostTaken
from domains.models import CustomDomain
from portals.models import Portal
from tests.builders.adminsite import Cast, instance
from tests.builders.certificates import certificate_made, leaf
from tests.builders.custom_domains import Zone, domain_active, domain_started
from tests.builders.portals import license_free, portal_row

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"


def refused(people: Cast, portal: Portal, host: str, **more: object) -> str:
    certificate = certificate_made(HOST, "*.customers.test", organization=portal.organization)
    with pytest.raises(PortalAdminError) as told:
        domain_started(people.alice, portal, host, certificate)
    assert not CustomDomain.objects.filter(portal=portal).exists()
    return told.value.code


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("", "domains:host-missing"),
        ("127.0.0.1", "domains:host-address"),
        ("[::1]", "domains:host-address"),
        ("co.uk", "domains:host-public-suffix"),
        ("customers.test", "domains:host-apex"),
        ("mine.portals.localhost", "domains:host-platform"),
        ("localhost", "domains:host-single"),
        ("*.customers.test", "domains:host-wildcard"),
        ("https://support.customers.test/", "domains:host-url"),
        ("other.example.test", "domains:name-mismatch"),
        ("a.b.customers.test", "domains:name-mismatch"),
    ],
)
def test_a_name_that_cannot_be_is_refused(people: Cast, portal: Portal, host: str, code: str) -> None:
    assert refused(people, portal, host) == code


def test_another_organizations_name_is_refused_without_saying_whose_it_is(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    fabrikam = instance("Fabrikam")
    theirs = portal_row(fabrikam, name="Secret Project")
    domain_active(zone, people.global_admin, theirs)
    with pytest.raises(InvalidValue) as told:
        domain_started(people.alice, portal)
    assert told.value.code == "domains:host-taken"
    assert told.value.message == f"{HOST} is already used by another portal"
    assert "Fabrikam" not in repr(told.value.context)
    assert "Secret" not in repr(told.value.context)


def test_a_portal_has_one_custom_domain(people: Cast, portal: Portal, zone: Zone, edge: FakeEdge) -> None:
    domain_active(zone, people.alice, portal)
    with pytest.raises(OnlyOne, match=r"^You can only have one custom domain name for a portal\.$"):
        domain_started(people.alice, portal, "other.customers.test")


def test_of_two_portals_that_want_one_name_at_once_the_second_gets_a_conflict(
    people: Cast, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain_started(people.alice, portal)
    monkeypatch.setattr("domains.services.custom_domains.host_require_free", lambda portal, host: None)
    with pytest.raises(HostTaken) as lost:
        domain_started(people.alice, portal_row(people.contoso))
    assert (lost.value.http_status, lost.value.code) == (409, "domains:host-taken")


@pytest.mark.parametrize("state", [Portal.State.CONFIGURING, Portal.State.PROVISIONING_FAILED])
def test_a_portal_that_is_not_provisioned_gets_none(people: Cast, state: Portal.State) -> None:
    assert refused(people, portal_row(people.contoso, state=state), HOST) == "domains:portal-not-ready"


def test_a_trial_portal_gets_none(people: Cast) -> None:
    trial = portal_row(people.contoso, license=license_free("trial", is_assigned=True))
    assert refused(people, trial, HOST) == "domains:production-only"


def test_certificates_of_others_and_expired_ones_are_refused(people: Cast, portal: Portal) -> None:
    foreign = certificate_made(HOST, organization=instance("Fabrikam"))
    gone = leaf(HOST, not_before=timezone.now() - timedelta(days=9), not_after=timezone.now() - timedelta(days=1))
    expired = certificate_made(HOST, organization=people.contoso, issued=gone)
    for certificate in (foreign, expired):
        with pytest.raises(InvalidValue) as told:
            domain_started(people.alice, portal, HOST, certificate)
        assert told.value.code == "domains:certificate-invalid"
