"""Provisioned portals of an embedded organization, over the real wire format: the runtime against the real client."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from domains import adapters
from domains.adapters.fake import FakeEdge
from operations.models import Operation
from organizations.client import organization_client
from organizations.embedded.faults import fault_add
from organizations.models import Organization
from portals.models import Portal
from provisioning.services import provisioning_submit
from provisioning.steps import address
from provisioning.values import PortalValues
from tests.builders.operations import run_to_end
from tests.builders.organizations import JAY, alice, contoso, tenant_of
from tests.builders.portals import license_free
from tests.builders.provisioning import accepted
from websites.clients import ClientPool
from websites.hosts import HostTable
from websites.rendering import Rendered, visit_answer
from websites.sites import SiteStore
from websites.visit import Visit

pytestmark = pytest.mark.django_db


class Inline:
    """Reads in this thread: the test's transaction is this thread's."""

    def submit(self, work: object, *arguments: object) -> Inline:
        work(*arguments)  # type: ignore[operator]
        return self

    def result(self, timeout: float | None = None) -> None:
        """Done already."""


class Window:
    """A portal's pages without the door: host, site, page."""

    def __init__(self, folder: Path) -> None:
        self.sites = SiteStore(client_for=ClientPool().client_for, folder=folder)
        self.sites._readers = Inline()  # type: ignore[assignment]

    def page(self, portal: Portal, path: str = "/", **params: str) -> Rendered:
        found = HostTable().portal_at(portal.host)
        return visit_answer(Visit(found, path, "", params, datetime.now(UTC)), self.sites.site_of(found))

    def look_again(self) -> None:
        with patch("websites.sites.time.monotonic", return_value=time.monotonic() + 8):
            assert self.sites.check_due()


@pytest.fixture
def window(tmp_path: Path) -> Generator[Window, None, None]:
    with patch("websites.sites.close_old_connections"), patch("websites.sites.CHECKED_EVERY", 0.0):
        yield Window(tmp_path)


@pytest.fixture
def organization(monkeypatch: pytest.MonkeyPatch) -> Organization:
    monkeypatch.setattr(adapters, "edge_make", lambda: FakeEdge())
    monkeypatch.setattr(address, "LOOK_SECONDS", 0.0)
    return contoso()


def provisioned(
    organization: Organization, portal_type: str, *, language: int = 1033, audience: str = "customer"
) -> Portal:
    values = PortalValues(
        license_id=license_free().pk,
        name="Contoso Support",
        subdomain=f"a-{portal_type.replace('_', '-')}",
        organization_id=organization.pk,
        language=language,
        administrator_id=organization.users.get(email=JAY.email).pk,
        audience=audience,
        portal_type=portal_type,
    )
    operation = provisioning_submit(actor=alice(organization), values=values, terms=accepted())
    operation = run_to_end(operation.pk)
    assert operation.status == Operation.Status.SUCCEEDED, operation.error
    return Portal.objects.get(pk=operation.resource_id)


@pytest.mark.parametrize(
    ("portal_type", "language", "audience", "code"),
    [
        ("customer_self_service", 1033, "customer", "en-US"),
        ("partner", 1036, "partner", "fr-FR"),
    ],
)
def test_a_provisioned_portal_is_shown(
    organization: Organization, window: Window, portal_type: str, language: int, audience: str, code: str
) -> None:
    portal = provisioned(organization, portal_type, language=language, audience=audience)
    home = window.page(portal)
    assert (home.status, home.language) == (200, code)
    assert "Contoso Support" in str(home.body)
    assert "/knowledgebase/article/KA-" in str(home.body)
    assert window.page(portal, "/knowledgebase/").status == 200
    assert window.page(portal, "/search/", q="a").status == 200
    assert window.page(portal, "/no/such/").status == 404


def test_two_languages_of_one_organization_keep_their_articles_apart(
    organization: Organization, window: Window
) -> None:
    english = provisioned(organization, "customer_self_service")
    german = provisioned(organization, "community", language=1031)
    paths = "/knowledgebase/article/KA-01001/"
    titles = [str(window.page(portal, paths).body).split("<h1>")[1].split("</h1>")[0] for portal in (english, german)]
    assert len(set(titles)) == 2


def test_an_edit_in_the_organization_shows_and_an_outage_does_not(organization: Organization, window: Window) -> None:
    portal = provisioned(organization, "custom")
    window.page(portal)
    with organization_client(organization) as client:
        filter_ = f"_adx_websiteid_value eq {portal.website_id} and adx_name eq 'Home/Heading'"
        snippet = next(client.rows("adx_contentsnippets", select=("adx_contentsnippetid",), filter=filter_))
        client.upsert("adx_contentsnippets", uuid.UUID(snippet["adx_contentsnippetid"]), {"adx_value": "Fresh words"})
    window.look_again()
    assert "Fresh words" in str(window.page(portal).body)
    fault_add(tenant_of(organization), {"kind": "answer", "path": "adx_", "status": 503, "times": 1000})
    window.look_again()
    assert "Fresh words" in str(window.page(portal).body)


def test_an_organization_that_asks_for_patience_gets_it(organization: Organization, window: Window) -> None:
    portal = provisioned(organization, "custom")
    window.page(portal)
    fault = {"kind": "answer", "path": "adx_", "status": 429, "retry_after": 60, "times": 1000}
    fault_add(tenant_of(organization), fault)
    window.look_again()
    with patch("websites.organizations_watched.listing_read", side_effect=AssertionError("asked too early")):
        window.look_again()
    assert window.page(portal).status == 200
