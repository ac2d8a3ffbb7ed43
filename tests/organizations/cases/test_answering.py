"""Answers, notes and resolving: what is written in the organization, once and in whose name."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from organizations.client import organization_client
from organizations.embedded.models import rows_in
from organizations.errors import OrganizationRefused
from organizations.models import Organization
from tests.builders.cases import TIMELINE, case_made
from tests.builders.organizations import contoso, sharron, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Organization:
    return contoso(solutions=(TIMELINE,))


@pytest.fixture
def browser(client: Client, home: Organization) -> Client:
    client.force_login(sharron(home))
    return client


def _form(browser: Client, home: Organization, case_id: uuid.UUID) -> str:
    return browser.get(f"/cases/{home.pk}/{case_id}/").content.decode()


def test_a_reply_is_a_portal_comment_in_sharrons_name(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    typed = {"text": "Please try <this>.", "to": "customer", "once": "1"}

    answer = browser.post(f"/cases/{home.pk}/{case_id}/", typed, follow=True).content.decode()

    written = rows_in(tenant_of(home), "adx_portalcomment").values().get()
    assert (written["description"], written["adx_portalcommentdirectioncode"]) == ("Please try <this>.", 2)
    assert "The reply is on the portal." in answer
    assert "Please try &lt;this&gt;." in answer
    assert "Sharron Smith" in answer


def test_an_answer_may_resolve_the_case(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    typed = {"text": "Solved by a new seal.", "to": "customer", "once": "1", "resolve": "on"}

    page = browser.post(f"/cases/{home.pk}/{case_id}/", typed, follow=True).content.decode()

    stored = rows_in(tenant_of(home), "incident").values("statecode", "statuscode").get(incidentid=case_id)
    assert (stored["statecode"], stored["statuscode"]) == (1, 5)
    assert "The case is resolved." in page
    assert "Problem Solved" in page
    assert 'name="resolve"' not in page


def test_a_case_is_resolved_once_and_only_by_its_own_words(home: Organization) -> None:
    case_id = case_made(home)
    with organization_client(home) as api:
        api.close_case(case_id, subject="Done")
        for wrong in (case_id, uuid.uuid4()):
            with pytest.raises(OrganizationRefused):
                api.close_case(wrong, subject="Again")


def test_a_case_is_resolved_by_no_plain_write_and_active_again_by_one(home: Organization) -> None:
    case_id = case_made(home)
    with organization_client(home) as api:
        for values in ({"statecode": 1, "statuscode": 5}, {"statuscode": 5}, {"title": "Other", "statecode": 1}):
            with pytest.raises(OrganizationRefused) as refused:
                api.update("incidents", case_id, values)
            assert refused.value.status == 400
            assert "use the CloseIncidentRequest message instead" in refused.value.service_text
            with pytest.raises(OrganizationRefused):
                api.upsert_many("incidents", "incident", [(case_id, values)])
        assert not rows_in(tenant_of(home), "incident").exclude(statecode=0).exists()
        api.close_case(case_id, subject="Done")
        api.update("incidents", case_id, {"statecode": 1, "title": "Written again as it was read"})
        api.update("incidents", case_id, {"statecode": 0, "statuscode": 1})
    stored = rows_in(tenant_of(home), "incident").values("statecode", "statuscode").get(incidentid=case_id)
    assert (stored["statecode"], stored["statuscode"]) == (0, 1)


def test_a_form_sent_twice_writes_once(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    for _ in range(2):
        browser.post(f"/cases/{home.pk}/{case_id}/", {"text": "Once", "to": "colleagues", "once": "abc"})

    assert rows_in(tenant_of(home), "annotation").count() == 1


def test_an_empty_answer_is_told_beside_its_field(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    answer = browser.post(f"/cases/{home.pk}/{case_id}/", {"text": "  ", "to": "customer", "once": "1"})

    assert answer.status_code == 400
    assert "Write something first" in answer.content.decode()


def test_a_note_of_the_organizations_own_editor_is_read_as_text(browser: Client, home: Organization) -> None:
    case_id = case_made(home)
    with organization_client(home) as api:
        bound = {"objectid_incident@odata.bind": f"/incidents({case_id})"}
        api.upsert("annotations", uuid.uuid4(), {"notetext": "<div>Called &amp; asked</div>", **bound})

    assert "<p>Called &amp; asked</p>" in _form(browser, home, case_id)


def test_an_organization_without_a_portal_takes_notes_only(client: Client) -> None:
    home = contoso()
    client.force_login(sharron(home))
    case_id = case_made(home)

    refused = client.post(f"/cases/{home.pk}/{case_id}/", {"text": "Hello", "to": "customer", "once": "1"})
    kept = client.post(f"/cases/{home.pk}/{case_id}/", {"text": "Hello", "to": "colleagues", "once": "1"}, follow=True)

    assert "has no portal on which to reply" in refused.content.decode()
    assert "The note is kept." in kept.content.decode()
