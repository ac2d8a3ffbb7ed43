"""Generated requests, right and wrong ones, to every endpoint of the schema, in this process."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from pytest_django.fixtures import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from adminsite.wsgi import application
from core.models import User
from organizations.models import Organization, Role
from portals.models import Portal
from solutions import inventory
from tests.api.conftest import Cast
from tests.builders.api import caller, submission
from tests.builders.portals import portal_row
from tests.solutions.fake import FakeOrganization

# Not positive_data_acceptance: the schema says what a value looks like, only the service knows what is true.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]


schema = schemathesis.openapi.from_path(settings.BASE_DIR / "docs" / "reference" / "openapi.yaml")
schema.app = application
schema.config.update(base_url="http://testserver")


@pytest.fixture
def installation(
    cast: Cast, contoso: Organization, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Generator[None, None, None]:
    """Something of everything; the organization answers from memory."""
    settings.API_REQUESTS_A_MINUTE = {"read": 1_000_000, "write": 1_000_000}
    monkeypatch.setattr(inventory, "organization_client", lambda organization: FakeOrganization())
    portal_row(contoso, state=Portal.State.PROVISIONING_FAILED)
    cast.alice.post("portals/", submission(contoso, subdomain="already-there"))
    for signal in (request_started, request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("installation")
@schema.parametrize()
@examples(
    max_examples=15,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_gets_an_answer_that_the_schema_promises(case: schemathesis.Case[Any]) -> None:
    who = User.objects.get(email="alice@contoso.example")
    token = caller(who.email, (Role.GLOBAL_ADMINISTRATOR, None)).token
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
