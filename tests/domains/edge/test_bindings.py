"""Binding a host: nobody else's, only with a certificate for it, and served only once that was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from domains import adapters
from domains.adapters.fake import FakeEdge
from domains.edge.errors import BindingRefused, NotServed
from domains.errors import EdgeUnreachable, HostTaken
from domains.models import Certificate, Hostname, SslBinding
from domains.services import (
    binding_ensure,
    binding_ensure_served,
    binding_hsts,
    binding_probe,
    binding_redirect,
    binding_remove,
)
from portals.models import Portal
from tests.builders.bindings import binding_made
from tests.builders.certificates import certificate_made, leaf
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene

pytestmark = pytest.mark.django_db
HOST = "support.customers.test"


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> FakeEdge:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    return made


@pytest.fixture
def portal() -> Portal:
    return portal_row(scene().organization)


@pytest.fixture
def certificate(portal: Portal) -> Certificate:
    return certificate_made(HOST, organization=portal.organization)


def _ensure(portal: Portal, certificate: Certificate | None, host: str = HOST) -> SslBinding:
    return binding_ensure(portal_id=portal.pk, host=host, certificate_id=certificate.pk if certificate else None)


def test_binding_twice_is_binding(portal: Portal, certificate: Certificate) -> None:
    first, again = (_ensure(portal, certificate) for _ in range(2))
    assert (first, first.stamp) == (again, again.stamp)
    assert first.state == SslBinding.State.BINDING


def test_another_certificate_is_another_version_to_be_seen_anew(
    portal: Portal, certificate: Certificate, edge: FakeEdge
) -> None:
    _ensure(portal, certificate)
    binding_ensure_served(HOST)
    seen = SslBinding.objects.get()
    changed = _ensure(portal, certificate_made(HOST, organization=portal.organization))
    assert (changed.version, changed.state) == (2, SslBinding.State.BINDING)
    assert changed.stamp != seen.stamp
    assert changed.served_at == seen.served_at


def test_a_host_of_another_portal_is_not_taken(portal: Portal, certificate: Certificate) -> None:
    _ensure(portal, certificate)
    with pytest.raises(HostTaken):
        _ensure(portal_row(portal.organization), certificate)
    assert SslBinding.objects.get().portal == portal


def test_a_portals_own_address_is_not_taken(portal: Portal, certificate: Certificate) -> None:
    Hostname.objects.create(portal=portal_row(portal.organization), host=HOST)
    with pytest.raises(HostTaken):
        _ensure(portal, certificate)


def test_a_certificate_for_other_names_is_refused(portal: Portal, certificate: Certificate) -> None:
    with pytest.raises(BindingRefused) as refused:
        _ensure(portal, certificate, "other.customers.test")
    assert refused.value.code == "domains:name-mismatch"
    assert refused.value.message == "The certificate of support.customers.test is not for other.customers.test."


def test_a_certificate_without_its_key_is_refused(portal: Portal, certificate: Certificate) -> None:
    Certificate.objects.update(key_sealed="", deleted_at=timezone.now())
    with pytest.raises(BindingRefused) as refused:
        _ensure(portal, certificate)
    assert refused.value.code == "certificates:key-erased"


@pytest.mark.parametrize("host", ["../x.test", "A.customers.test", "localhost", "a..test", "x.test\x00", "a b.test"])
def test_what_is_no_host_name_is_refused_by_the_service_and_by_the_database(portal: Portal, host: str) -> None:
    with pytest.raises(BindingRefused) as refused:
        _ensure(portal, None, host)
    assert refused.value.code == "domains:host-unfit"
    if "\x00" not in host:
        with pytest.raises(IntegrityError), transaction.atomic():
            SslBinding.objects.create(portal=portal, host=host)


def test_agents_hear_of_it_at_the_commit(portal: Portal, certificate: Certificate) -> None:
    said = _said(lambda: _ensure(portal, certificate)) + _said(lambda: binding_remove(host=HOST))
    assert said == [HOST, HOST]


def test_removing_twice_is_removing(portal: Portal, certificate: Certificate) -> None:
    _ensure(portal, certificate)
    for _ in range(2):
        binding_remove(host=HOST)
    assert not SslBinding.objects.exists()


def test_it_is_served_once_leaf_chain_and_portal_were_seen(
    portal: Portal, certificate: Certificate, edge: FakeEdge
) -> None:
    _ensure(portal, certificate)
    served = binding_ensure_served(HOST, certificate.fingerprint)
    assert (served.fingerprint, served.portal_id) == (certificate.fingerprint, str(portal.pk))
    assert len(served.chain_fingerprints) == 2
    assert served.not_after == certificate.not_after
    binding = SslBinding.objects.get()
    assert binding.state == SslBinding.State.SERVED
    assert binding.served_at is not None


def test_anything_else_that_is_served_does_not_count(portal: Portal, certificate: Certificate, edge: FakeEdge) -> None:
    _ensure(portal, certificate)
    issued = leaf(HOST)
    whole = tuple(one.public_bytes(Encoding.DER) for one in issued.chain[:-1])
    cut = _ders(certificate)[:1]
    for wrong in ({"chain": whole}, {"chain": cut}, {"answers_as": "somebody else"}):
        _switch(edge, wrong)
        with pytest.raises(NotServed):
            binding_ensure_served(HOST)
    assert SslBinding.objects.get().served_at is None


def test_a_certificate_that_is_not_the_expected_one_does_not_count(portal: Portal, edge: FakeEdge) -> None:
    binding_made(portal)
    with pytest.raises(NotServed) as unseen:
        binding_ensure_served(HOST, "00" * 32)
    assert not unseen.value.permanent


def test_what_was_bound_while_we_looked_was_not_seen(
    portal: Portal, certificate: Certificate, edge: FakeEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ensure(portal, certificate)
    look = FakeEdge.probe

    def slow(self: FakeEdge, host: str, *args: Any, **options: Any) -> Any:
        answer = look(self, host, *args, **options)
        SslBinding.objects.update(version=9)
        return answer

    monkeypatch.setattr(FakeEdge, "probe", slow)
    binding_probe(HOST)
    assert SslBinding.objects.get().state == SslBinding.State.BINDING


def test_a_host_without_a_binding_has_no_handshake(edge: FakeEdge) -> None:
    with pytest.raises(EdgeUnreachable):
        binding_probe("nobody.customers.test")


def test_an_automatic_certificate_counts_by_its_names(portal: Portal, edge: FakeEdge) -> None:
    _ensure(portal, None)
    edge.chain = (leaf(HOST).certificate.public_bytes(Encoding.DER),)
    edge.certificate_names = ("other.customers.test",)
    with pytest.raises(NotServed):
        binding_ensure_served(HOST)
    edge.certificate_names = (HOST,)
    binding_ensure_served(HOST)
    assert SslBinding.objects.get().state == SslBinding.State.SERVED


def test_one_host_of_a_portal_takes_its_visitors(portal: Portal) -> None:
    binding_made(portal, "old.customers.test")
    binding_made(portal, "new.customers.test")
    for host in ("old.customers.test", "new.customers.test", "new.customers.test"):
        binding_redirect(host=host, is_on=True)
    assert [binding.host for binding in SslBinding.objects.redirecting()] == ["new.customers.test"]
    binding_redirect(host="new.customers.test", is_on=False)
    assert not SslBinding.objects.redirecting().exists()


def test_a_redirect_is_passing_for_a_day_after_both_the_choice_and_the_first_sight(portal: Portal) -> None:
    now = timezone.now()
    binding = binding_made(portal, redirects_from_base=True, redirects_since=now - timedelta(days=3))
    assert binding.redirect_status(now) is None
    binding.served_at = now - timedelta(hours=23)
    assert binding.redirect_status(now) == 302
    binding.served_at = now - timedelta(hours=25)
    assert binding.redirect_status(now) == 308
    binding.redirects_since = now
    assert binding.redirect_status(now) == 302
    binding.redirects_from_base = False
    assert binding.redirect_status(now) is None


def test_browsers_are_told_to_insist_on_https_after_a_week_and_briefly(portal: Portal) -> None:
    now = timezone.now()
    binding = binding_made(portal)
    assert binding.hsts_max_age(now) is None
    binding.served_at = now - timedelta(days=6, hours=23)
    assert binding.hsts_max_age(now) is None
    binding.served_at = now - timedelta(days=7)
    assert binding.hsts_max_age(now) == 300
    binding_hsts(host=HOST, hsts=SslBinding.Hsts.OFF)
    binding.refresh_from_db(fields=["hsts"])
    assert binding.hsts_max_age(now) == 0


def _ders(certificate: Certificate) -> tuple[bytes, ...]:
    found = x509.load_pem_x509_certificates(certificate.chain_pem.encode())
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _switch(edge: FakeEdge, wrong: dict[str, Any]) -> None:
    edge.chain, edge.answers_as = wrong.get("chain", ()), wrong.get("answers_as", "")


def _said(act: Any) -> list[str]:
    """The hosts named in messages to the agents."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [sql["sql"].split("'")[3] for sql in captured if "pg_notify" in sql["sql"]]
