"""The rows that keep installations true, and the sentences of the room's codes."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.messages import message_for
from operations.workflow import StepFailed
from organizations.models import Organization
from solutions import bookkeeping
from solutions.errors import ContentRefused, InstallFailed, PrerequisiteMissing
from solutions.models import SolutionInstall


def contoso() -> Organization:
    return Organization.objects.create(
        unique_name="contoso", name="Contoso", url="https://localhost/org/contoso", authority="x", client_id="y"
    )


@pytest.mark.django_db(transaction=True)
def test_of_many_runs_at_once_one_begins_the_import() -> None:
    organization = contoso()

    def claim(_number: int) -> bool:
        try:
            return bookkeeping.import_claim(bookkeeping.install_of(organization, "Feedback"))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as runs:
        assert sorted(runs.map(claim, range(6))) == [False] * 5 + [True]
    assert SolutionInstall.objects.get().attempts == 1
    assert SolutionInstall.objects.installing().count() == 1


@pytest.mark.django_db
def test_news_of_an_earlier_import_do_not_touch_a_later_one() -> None:
    install = bookkeeping.install_of(contoso(), "Feedback")
    bookkeeping.import_claim(install)
    late = SolutionInstall.objects.get()
    bookkeeping.install_failed(install, code="0x80048033", text="No.")
    bookkeeping.import_claim(install)
    bookkeeping.import_accepted(late, uuid.uuid4())
    bookkeeping.install_failed(late, code="0x80048033", text="No, from before.")
    now = SolutionInstall.objects.get()
    assert (now.status, now.import_job_id, now.async_operation_id) == ("installing", install.import_job_id, None)


@pytest.mark.parametrize(
    "error",
    [
        PrerequisiteMissing("Partner Field Service", ["Partner Portal", "Field Service"]),
        InstallFailed("Blogs", service_code="0x80048033", text="No room is left."),
        InstallFailed("Blogs", text="The import has not ended for three hours."),
        ContentRefused("adx_webpage", service_code="0x80044331", text="A value is too long."),
    ],
)
def test_every_code_has_a_sentence_that_its_context_completes(error: StepFailed) -> None:
    message = message_for(error.code)
    assert message is not None
    body = message.body.format(**error.context)
    assert "{" not in body
    assert "()" not in body
    assert message.next_action


def test_the_heading_of_a_failed_installation_is_the_source_documents() -> None:
    message = message_for(InstallFailed.default_code)
    assert message is not None
    assert message.heading == "Install Failed"
    assert SolutionInstall.Status.INSTALL_FAILED.label == "Install Failed"
