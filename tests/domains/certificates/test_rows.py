"""The rows of certificates: what they cover, and that a key opens only for its own row."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from core.sealed import SealBroken
from domains.certificates.errors import KeyErased
from domains.certificates.vault import certificate_pem
from domains.models import Certificate
from organizations.models import Organization
from tests.builders.certificates import certificate_made, leaf

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    where = "https://contoso.example"
    return Organization.objects.create(
        unique_name="contoso", name="Contoso Sales", url=where, authority=where, client_id="x"
    )


def test_the_edge_gets_the_chain_leaf_first_and_the_key(organization: Organization) -> None:
    pem = certificate_pem(certificate_made("support.example.test", organization=organization)).decode()
    assert pem.count("BEGIN CERTIFICATE") == 2  # leaf and intermediate; the root is left out
    assert pem.rstrip().endswith("-----END PRIVATE KEY-----")


def test_a_key_copied_into_another_row_does_not_open(organization: Organization) -> None:
    first = certificate_made("a.example.test", organization=organization)
    second = certificate_made("b.example.test", organization=organization)
    second.key_sealed = first.key_sealed
    with pytest.raises(SealBroken):
        certificate_pem(second)


def test_a_deleted_certificate_has_no_key(organization: Organization) -> None:
    made = certificate_made("a.example.test", organization=organization)
    made.deleted_at, made.key_sealed = timezone.now(), ""
    made.save()
    with pytest.raises(KeyErased):
        certificate_pem(made)


def test_the_database_forbids_a_deleted_certificate_with_a_key(organization: Organization) -> None:
    made = certificate_made("a.example.test", organization=organization)
    with pytest.raises(IntegrityError, match="domains_certificate_key_erased"):
        Certificate.objects.filter(pk=made.pk).update(deleted_at=timezone.now())


def test_an_organization_has_a_certificate_once(organization: Organization) -> None:
    issued = leaf("a.example.test")
    certificate_made("a.example.test", organization=organization, issued=issued)
    with pytest.raises(IntegrityError, match="domains_certificate_once"):
        certificate_made("a.example.test", organization=organization, issued=issued)


@pytest.mark.parametrize(
    ("name", "host", "is_covered"),
    [
        ("support.example.test", "support.example.test", True),
        ("*.example.test", "support.example.test", True),
        ("*.example.test", "example.test", False),
        ("*.example.test", "a.support.example.test", False),
        ("support.example.test", "other.example.test", False),
    ],
)
def test_a_star_covers_one_label(name: str, host: str, is_covered: bool) -> None:
    assert Certificate(names=[name]).covers(host) is is_covered
