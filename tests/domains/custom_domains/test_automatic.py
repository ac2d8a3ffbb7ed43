"""A custom domain whose certificate the edge obtains itself: CAA first, then the binding, then our own handshake."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import caches
from pytest_django import Settings

from domains.adapters.fake import FakeEdge
from domains.models import CustomDomain, SslBinding
from domains.services.custom_domains import domain_add
from operations.models import Operation
from portals.models import Portal
from tests.builders.adminsite import Cast
from tests.builders.certificates import leaf
from tests.builders.custom_domains import Zone
from tests.builders.operations import run_to_end

pytestmark = pytest.mark.django_db

HOST = "support.customers.test"
DIRECTORY = "https://ca.test/directory"


@pytest.fixture(autouse=True)
def _authority(settings: Settings) -> None:
    """An authority that calls itself ca.test; its directory was asked already."""
    settings.PORTAL_ACME_DIRECTORY = DIRECTORY
    caches["process"].set(f"acme-names:{DIRECTORY}", ("ca.test",))


def run(people: Cast, portal: Portal) -> Operation:
    _, operation = domain_add(actor=people.alice, portal_id=portal.pk, hostname=HOST, certificate_id=None)
    return run_to_end(operation.pk)


def test_the_host_is_bound_without_a_certificate_of_ours(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.point(HOST, portal)
    edge.chain = tuple(one.public_bytes(Encoding.DER) for one in leaf(HOST).chain[:-1])
    assert run(people, portal).status == Operation.Status.SUCCEEDED
    assert CustomDomain.objects.get().state == CustomDomain.State.ACTIVE
    assert SslBinding.objects.get().certificate is None


def test_a_caa_record_that_forbids_it_ends_the_run_with_the_record_to_add(
    people: Cast, portal: Portal, zone: Zone, edge: FakeEdge
) -> None:
    zone.point(HOST, portal)
    zone.records["customers.test"] = ['CAA 0 issue "other.test"']
    ended = run(people, portal)
    assert ended.status == Operation.Status.FAILED
    assert ended.error
    assert ended.error["code"] == "domains:caa-forbids"
    assert 'customers.test CAA 0 issue "ca.test"' in ended.error["message"]
    assert not SslBinding.objects.exists()
