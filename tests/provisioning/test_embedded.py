"""The whole run against an embedded organization, over the real wire format; only the edge is a fake."""

from __future__ import annotations

import pytest

from domains import adapters
from domains.adapters.fake import FakeEdge
from operations.models import Operation
from organizations.client import organization_client
from organizations.models import Organization
from portals.models import Portal
from provisioning.services import provisioning_submit
from provisioning.steps import address
from provisioning.values import PortalValues
from tests.builders.operations import run_to_end
from tests.builders.organizations import JAY, alice, contoso
from tests.builders.portals import license_free
from tests.builders.provisioning import accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> FakeEdge:
    made = FakeEdge()
    monkeypatch.setattr(adapters, "edge_make", lambda: made)
    monkeypatch.setattr(address, "LOOK_SECONDS", 0.0)
    return made


def submit(organization: Organization, **changes: object) -> Operation:
    values = {
        "license_id": license_free().pk,
        "name": "Contoso Support",
        "subdomain": "contoso-support",
        "organization_id": organization.pk,
        "language": 1033,
        "administrator_id": organization.users.get(email=JAY.email).pk,
        "audience": "customer",
        "portal_type": "customer_self_service",
        **changes,
    }
    return provisioning_submit(actor=alice(organization), values=PortalValues(**values), terms=accepted())  # type: ignore[arg-type]


def test_a_customer_portal_comes_to_life(edge: FakeEdge) -> None:
    organization = contoso()
    operation = run_to_end(submit(organization).pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    portal = Portal.objects.get(pk=operation.resource_id)
    assert portal.state == Portal.State.PROVISIONED
    with organization_client(organization) as client:
        website = client.row("adx_websites", portal.website_id)
    assert website is not None
    assert (website["adx_name"], website["statecode"]) == ("Contoso Support", 0)
