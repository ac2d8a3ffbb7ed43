"""What the rooms above rely on, held by the real client at an embedded organization and by the fake alike."""

import uuid
from collections.abc import Callable

import pytest

from organizations.client import organization_client
from organizations.ports import OrganizationApi
from tests.builders.organizations import contoso
from tests.organizations.packages import manifest, package
from tests.solutions.fake import FakeOrganization

pytestmark = pytest.mark.django_db


def real() -> OrganizationApi:
    return organization_client(contoso(contacts=()))


def fake() -> OrganizationApi:
    return FakeOrganization(polls=0)


@pytest.fixture(params=[real, fake])
def api(request: pytest.FixtureRequest) -> OrganizationApi:
    make: Callable[[], OrganizationApi] = request.param
    return make()


def imported(api: OrganizationApi, name: str, *tables: str) -> uuid.UUID:
    staged = api.stage_solution(package(manifest(name, tables=tables)))
    assert (staged.unique_name, staged.version, staged.missing, staged.problems) == (name, "1.0.0.0", (), ())
    import_job = uuid.uuid4()
    job = api.import_solution(upload_id=staged.upload_id, import_job_id=import_job)
    operation = api.async_operation(job)
    assert (operation.is_complete, operation.is_success) == (True, True)
    return import_job


def test_a_solution_is_staged_imported_and_listed(api: OrganizationApi) -> None:
    with api:
        import_job = imported(api, "Sample")
        assert api.import_result(import_job).is_success
        assert api.import_result(import_job).errors == ()
        assert ("Sample", "1.0.0.0") in {(found.unique_name, found.version) for found in api.solutions()}


def test_an_import_job_is_found_by_the_id_that_was_chosen(api: OrganizationApi) -> None:
    with api:
        import_job = imported(api, "Sample")
        row = api.row("importjobs", import_job, select=("completedon",))
        assert row is not None
        assert row["completedon"]
        assert api.row("importjobs", uuid.uuid4(), select=("completedon",)) is None


def test_a_row_is_upserted_read_and_deleted_any_number_of_times(api: OrganizationApi) -> None:
    id = uuid.uuid4()
    with api:
        assert api.row("contacts", id) is None
        for name in ("Anna", "Berta", "Berta"):
            api.upsert("contacts", id, {"firstname": name})
        row = api.row("contacts", id)
        assert row is not None
        assert row["firstname"] == "Berta"
        api.delete("contacts", id)
        api.delete("contacts", id)
        assert api.row("contacts", id) is None


def test_many_rows_are_upserted_and_listed(api: OrganizationApi) -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    with api:
        api.upsert_many("contacts", "contact", [(id, {"firstname": "A"}) for id in ids])
        api.upsert_many("contacts", "contact", [(ids[0], {"firstname": "B"})])
        assert sorted(row["firstname"] for row in api.rows("contacts", select=("firstname",))) == ["A", "A", "B"]
        api.upsert_many("contacts", "contact", [])


def test_two_rows_are_linked_any_number_of_times(api: OrganizationApi) -> None:
    with api:
        imported(api, "Sample", "adx_webrole")
        role, contact = uuid.uuid4(), uuid.uuid4()
        api.upsert("adx_webroles", role, {"adx_name": "Administrators"})
        api.upsert("contacts", contact, {"firstname": "Jay"})
        for _ in range(2):
            api.associate("adx_webroles", role, "adx_webrole_contact", "contacts", contact)


def test_languages_are_told(api: OrganizationApi) -> None:
    with api:
        assert api.base_language() == 1033
        assert 1033 in api.provisioned_languages()


def test_more_rows_than_a_page_holds_are_all_given() -> None:
    with real() as api:
        api.upsert_many("contacts", "contact", ((uuid.uuid4(), {"firstname": "A"}) for _ in range(1200)))
        assert sum(1 for _ in api.rows("contacts", select=("firstname",))) == 1200
        assert len(list(api.rows("contacts", select=("firstname",), top=7))) == 7
