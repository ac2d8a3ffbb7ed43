"""Looking an error id up in the administration center."""

from __future__ import annotations

import pytest
from django.test import Client

from portals.failures import failure_record
from portals.models import Portal
from tests.builders.organizations import alice, bob, contoso
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    found = portal_row(contoso())
    failure_record(
        portal_id=found.pk,
        error_id="5f1c2a9b0d11",
        host="a.example",
        path="/x/",
        reason="no <b>",
        template="Page",
        line=3,
    )
    return found


def test_a_manager_looks_an_id_up(client: Client, portal: Portal) -> None:
    client.force_login(alice(portal.organization))
    page = client.get(f"/portals/{portal.pk}/errors/", {"id": " 5F1C"}).content.decode()
    assert "5f1c2a9b0d11" in page
    assert "a.example/x/" in page
    assert "no &lt;b&gt;" in page
    assert "web template Page, line 3" in page
    assert "begins with zzz" in client.get(f"/portals/{portal.pk}/errors/?id=zzz").content.decode()
    assert f"/portals/{portal.pk}/errors/" in client.get(f"/portals/{portal.pk}/").content.decode()


def test_nobody_else_does(client: Client, portal: Portal) -> None:
    client.force_login(bob(portal.organization))
    assert client.get(f"/portals/{portal.pk}/errors/").status_code in {403, 404}
