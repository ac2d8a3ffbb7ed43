"""Every page opens, for whom it is, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from organizations.policy import MANAGE_DENIED
from tests.builders.adminsite import Cast, portal_failed, portal_ready, portal_running
from tests.builders.portals import license_free

ROLES = ("alice", "bob", "charlie", "global_admin", "service_admin")
MANAGERS = {"alice", "global_admin", "service_admin"}
VIEWERS = MANAGERS | {"bob"}


@pytest.fixture
def addresses(people: Cast) -> dict[str, str]:
    """Every page by name, with what it needs to exist."""
    ready, running, failed = (make(people.contoso) for make in (portal_ready, portal_running, portal_failed))
    return {
        "applications": "/applications/",
        "rows": "/applications/live/",
        "export": "/applications/export.csv",
        "licence": "/applications/licences/",
        "set-up": f"/applications/{license_free().pk}/set-up/",
        "terms": f"/applications/{license_free().pk}/set-up/terms/",
        "portal": f"/portals/{ready.pk}/",
        "portal-running": f"/portals/{running.pk}/",
        "portal-failed": f"/portals/{failed.pk}/",
        "rename": f"/portals/{ready.pk}/rename/",
        "progress": f"/portals/{running.pk}/provisioning/",
        "live": f"/portals/{running.pk}/provisioning/live/",
        "done": f"/portals/{ready.pk}/provisioning/",
        "failed": f"/portals/{failed.pk}/provisioning/",
        "change": f"/portals/{failed.pk}/provisioning/change/",
        "run": f"/portals/{failed.pk}/provisioning/runs/{failed.requests.get().operation_id}/",
        "log": f"/portals/{failed.pk}/provisioning/runs/{failed.requests.get().operation_id}/log/",
        "instances": "/instances/",
        "instance": f"/instances/{people.contoso.pk}/",
        "account": "/account/",
        "sessions": "/accounts/sessions/",
        "second-step": "/accounts/2fa/",
        "password": "/accounts/password/set/",
        "styleguide": "/styleguide/",
    }


EVERYBODY = {"instances", "account", "sessions", "second-step", "password", "styleguide"}
FOR_VIEWERS = {"applications", "rows", "export", "set-up", "terms", "instance"}
FOR_PROVISIONERS = {"change"}


def _allowed(page: str) -> set[str]:
    if page in EVERYBODY:
        return set(ROLES)
    if page in FOR_VIEWERS:
        return VIEWERS
    return {"alice"} if page in FOR_PROVISIONERS else MANAGERS


@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_for_its_roles_and_for_no_other(
    client: Client, people: Cast, addresses: dict[str, str], role: str
) -> None:
    client.force_login(getattr(people, role))

    found = {page: client.get(address).status_code for page, address in addresses.items()}

    assert found == {page: 200 if role in _allowed(page) else 403 for page in addresses}


def test_every_page_leads_somebody_who_is_not_signed_in_to_the_sign_in(
    client: Client, addresses: dict[str, str]
) -> None:
    for page, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith("/accounts/login/?next="), page


def test_the_denied_page_says_the_sentence_and_who_can_help(client: Client, people: Cast) -> None:
    portal = portal_ready(people.contoso)
    client.force_login(people.bob)

    page = client.get(f"/portals/{portal.pk}/").content.decode()

    assert MANAGE_DENIED in page
    assert "Signed in as Bob" in page
    assert "Sign in as somebody else" in page
    assert "Alice" in page.split("Who can help")[1]


def test_a_page_that_is_not_there_is_404_and_leads_on(client: Client, people: Cast) -> None:
    client.force_login(people.alice)

    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_portal_that_is_not_there_is_404(client: Client, people: Cast) -> None:
    client.force_login(people.alice)

    assert client.get("/portals/00000000-0000-0000-0000-000000000000/").status_code == 404
