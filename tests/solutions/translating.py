"""An organization with two of a portal's solutions, and what its administrator looks at."""

from __future__ import annotations

import uuid

from django.test import Client

from core.models import User
from organizations.client import WebApiClient
from organizations.models import Organization
from tests.organizations.wire import wire_to

BASE, PRIVACY = "MicrosoftCrmPortalDependencies", "msdynce_PortalPrivacyExtensions"


def install(client: WebApiClient, content: bytes) -> None:
    staged, job = client.stage_solution(content), uuid.uuid4()
    client.import_solution(upload_id=staged.upload_id, import_job_id=job)
    assert client.import_result(job).is_success


def activate(organization: Organization, *languages: int) -> None:
    for lcid in languages:
        wire_to(organization).post("ProvisionLanguage", {"Language": lcid})


def page(actor: User, path: str) -> str:
    client = Client()
    client.force_login(actor)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
