"""Uploading, replacing in place, going back, deleting and retiring, as services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Conflict, NotAllowed
from core.models import User
from core.sealed import secret_open
from domains.certificates.errors import CertificateInUse, CertificateRefused, NothingToRollBack
from domains.models import Certificate, SslBinding
from domains.services import certificate_changes
from domains.services.bindings import binding_ensure
from domains.services.certificate_changes import (
    certificate_delete,
    certificate_replace,
    certificate_roll_back,
    certificates_retire,
    replaced_by_it,
)
from domains.services.certificates import certificate_upload
from organizations.models import Organization
from tests.builders.certificates import PASSWORD, certificate_made, leaf, pfx
from tests.builders.organizations import alice, bob, charlie, contoso, fabrikam
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db
HOST = "support.example.test"


@pytest.fixture
def organization() -> Organization:
    return contoso()


@pytest.fixture
def actor(organization: Organization) -> User:
    return alice(organization)


def bound(organization: Organization, host: str = HOST) -> Certificate:
    """A certificate that a portal is served with at ``host``."""
    certificate = certificate_made(host, organization=organization)
    binding_ensure(portal_id=portal_row(organization).pk, host=host, certificate_id=certificate.pk)
    return certificate


def replaced(actor: User, old: Certificate, *names: str) -> Certificate:
    return certificate_replace(actor=actor, certificate=old, data=pfx(leaf(*(names or (HOST,)))), password=PASSWORD)


def test_an_upload_keeps_the_chain_and_the_sealed_key_and_nothing_else(organization: Organization, actor: User) -> None:
    data = pfx(leaf(HOST))
    made = certificate_upload(actor=actor, organization=organization, data=data, password=PASSWORD, host=HOST)
    made.refresh_from_db()
    assert made.chain_pem.count("BEGIN CERTIFICATE") == 2
    assert "PRIVATE KEY" in secret_open(made.key_sealed, row=made.seal_row)
    kept = " ".join(str(value) for value in Certificate.objects.values_list().get())
    assert "PRIVATE KEY" not in kept
    assert PASSWORD not in kept


def test_nothing_secret_is_logged(organization: Organization, actor: User, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CertificateRefused):
        certificate_upload(actor=actor, organization=organization, data=pfx(leaf(HOST)), password="s3cr3t")
    certificate_upload(actor=actor, organization=organization, data=pfx(leaf(HOST)), password=PASSWORD)
    said = "".join(capsys.readouterr())
    for secret in ("s3cr3t", PASSWORD, "PRIVATE KEY"):
        assert secret not in said


def test_the_same_file_twice_is_one_certificate(organization: Organization, actor: User) -> None:
    data = pfx(leaf(HOST))
    first, again = (
        certificate_upload(actor=actor, organization=organization, data=data, password=PASSWORD) for _ in range(2)
    )
    assert first.pk == again.pk


def test_a_refusal_tells_code_and_all_checks(organization: Organization, actor: User) -> None:
    with pytest.raises(CertificateRefused) as refused:
        certificate_upload(
            actor=actor, organization=organization, data=pfx(leaf(HOST)), password=PASSWORD, host="a.example.test"
        )
    assert refused.value.code == "domains:name-mismatch"
    assert refused.value.message == f"The certificate does not cover a.example.test. It covers: {HOST}"
    assert refused.value.diagnosis is not None
    assert len(refused.value.diagnosis.checks) > 5


def test_only_who_manages_certificates_there_may_upload(organization: Organization) -> None:
    for actor, where in (
        (bob(organization), organization),
        (charlie(), organization),
        (alice(organization), fabrikam()),
    ):
        with pytest.raises(NotAllowed):
            certificate_upload(actor=actor, organization=where, data=b"", password="")


def test_a_replacement_takes_over_every_host(organization: Organization, actor: User) -> None:
    old = bound(organization)
    version = SslBinding.objects.get(host=HOST).version
    new = replaced(actor, old)
    binding = SslBinding.objects.get(host=HOST)
    assert binding.certificate_id == new.pk
    assert binding.version > version
    old.refresh_from_db()
    assert old.replaced_by_id == new.pk
    assert old.is_usable  # to go back


def test_a_replacement_must_cover_every_host_that_uses_the_old_one(organization: Organization, actor: User) -> None:
    wild = certificate_made("*.example.test", organization=organization)
    for host in (HOST, "www.example.test"):
        binding_ensure(portal_id=portal_row(organization).pk, host=host, certificate_id=wild.pk)
    with pytest.raises(CertificateRefused) as refused:
        replaced(actor, wild, HOST)
    assert refused.value.code == "domains:name-mismatch"
    assert "www.example.test" in refused.value.message
    assert set(SslBinding.objects.values_list("certificate_id", flat=True)) == {wild.pk}
    assert Certificate.objects.count() == 1


def test_the_same_certificate_is_no_replacement(organization: Organization, actor: User) -> None:
    issued = leaf(HOST)
    old = certificate_made(HOST, organization=organization, issued=issued)
    with pytest.raises(CertificateRefused) as refused:
        certificate_replace(actor=actor, certificate=old, data=pfx(issued), password=PASSWORD)
    assert refused.value.code == "certificates:same"


def test_of_two_replacements_one_wins(organization: Organization, actor: User) -> None:
    old = bound(organization)
    replaced(actor, old)
    with pytest.raises(Conflict) as lost:
        replaced(actor, old)
    assert lost.value.code == "certificates:replaced"


def test_a_roll_back_puts_the_old_one_back_and_can_be_rolled_back(organization: Organization, actor: User) -> None:
    old = bound(organization)
    new = replaced(actor, old)
    assert certificate_roll_back(actor=actor, certificate=new).pk == old.pk
    assert SslBinding.objects.get(host=HOST).certificate_id == old.pk
    old.refresh_from_db()
    assert old.replaced_by_id is None
    assert certificate_roll_back(actor=actor, certificate=old).pk == new.pk
    assert SslBinding.objects.get(host=HOST).certificate_id == new.pk


def test_without_a_predecessor_there_is_nothing_to_roll_back(organization: Organization, actor: User) -> None:
    with pytest.raises(NothingToRollBack):
        certificate_roll_back(actor=actor, certificate=bound(organization))


def test_a_roll_back_to_an_expired_certificate_is_not_offered(organization: Organization, actor: User) -> None:
    old = bound(organization)
    new = replaced(actor, old)
    Certificate.objects.filter(pk=old.pk).update(not_after=timezone.now() - timedelta(days=1))
    assert replaced_by_it(new) is None


def test_what_is_in_use_cannot_be_deleted(organization: Organization, actor: User) -> None:
    used = bound(organization)
    with pytest.raises(CertificateInUse) as refused:
        certificate_delete(actor=actor, certificate=used)
    assert HOST in refused.value.message
    SslBinding.objects.all().delete()
    certificate_delete(actor=actor, certificate=used)
    used.refresh_from_db()
    assert used.key_sealed == ""


@pytest.mark.parametrize(("is_served", "days", "retired"), [(True, 8, 1), (True, 6, 0), (False, 8, 0)])
def test_a_replaced_key_is_erased_after_a_week_if_the_new_one_is_served(
    organization: Organization, actor: User, monkeypatch: pytest.MonkeyPatch, is_served: bool, days: int, retired: int
) -> None:
    old = bound(organization)
    new = replaced(actor, old)
    Certificate.objects.filter(pk=old.pk).update(replaced_at=timezone.now() - timedelta(days=days))
    monkeypatch.setattr(certificate_changes, "_is_served", lambda certificate: is_served and certificate == new)
    assert certificates_retire() == retired
    old.refresh_from_db()
    assert (old.key_sealed == "") is bool(retired)
