import pytest

from organizations.client import organization_client
from tests.builders.organizations import contoso

pytestmark = pytest.mark.django_db


def test_an_organization_is_registered_and_read() -> None:
    organization = contoso()
    assert [language.lcid for language in organization.languages.all()] == [1031, 1033, 1036, 1037]
    with organization_client(organization) as client:
        assert client.who_am_i().organization_id == organization.organization_id
        assert [solution.unique_name for solution in client.solutions()] == ["fieldservice"]
