"""``Idempotency-Key``: done once, answered the same; races, crashes, and what may be tried again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from adminsite.api.urls import v1
from core.api import idempotency
from core.models import IdempotentAnswer
from operations.models import Operation
from organizations.models import Organization, Role
from portals.models import Portal, PortalLicense
from tests.api.conftest import Cast
from tests.builders.api import Caller, caller, organization_row, submission


def test_every_post_of_the_api_honours_the_key() -> None:
    views = [pattern.callback.view_class for pattern in v1]  # type: ignore[union-attr]
    posts = [view.post for view in views if hasattr(view, "post")]
    assert len(posts) > 3
    assert all(post.is_idempotent for post in posts)


@pytest.mark.django_db
def test_the_same_key_and_body_are_done_once_and_answered_the_same(cast: Cast, contoso: Organization) -> None:
    body = submission(contoso)
    first = cast.alice.post("portals/", body, Idempotency_Key="k-1")
    again = cast.alice.post("portals/", body, Idempotency_Key="k-1")
    assert first.status_code == again.status_code == 202
    assert first.content == again.content
    for header in ("Location", "Operation-Location", "Retry-After", "Content-Type"):
        assert first[header] == again[header]
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Portal.objects.count() == Operation.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_names_makes_no_other_body(cast: Cast, contoso: Organization) -> None:
    body = submission(contoso)
    cast.alice.post("portals/", body, Idempotency_Key="k-1")
    again = cast.alice.post("portals/", dict(reversed(body.items())), Idempotency_Key="k-1")
    assert again.status_code == 202


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body"), [("licenses/", {"type": "production"}), ("portals/", {"type": "trial"})])
def test_the_same_key_with_another_request_is_refused(cast: Cast, path: str, body: object) -> None:
    cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1")
    answer = cast.alice.post(path, body, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "api:idempotency-key-reused")
    assert PortalLicense.objects.count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_its_account(cast: Cast) -> None:
    for who in (cast.alice, cast.grace):
        assert who.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1").status_code == 201
    assert PortalLicense.objects.count() == 2


@pytest.mark.django_db
def test_a_refusal_is_answered_the_same_too(cast: Cast, contoso: Organization) -> None:
    body = submission(contoso, subdomain="-")
    answers = [cast.alice.post("portals/", body, Idempotency_Key="k-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content
    assert answers[1]["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_our_own_breakdown_is_not_kept(cast: Cast) -> None:
    with patch("portals.api.license_take", side_effect=RuntimeError("ours")):
        broken = cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1")
    assert (broken.status_code, broken.json()["code"]) == (500, "api:unexpected")
    assert b"ours" not in broken.content.replace(b"on our side", b"")
    assert cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db
def test_work_whose_answer_cannot_be_kept_is_taken_back(cast: Cast) -> None:
    with patch.object(idempotency, "_store", side_effect=RuntimeError("no")):
        assert cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1").status_code == 500
    assert not PortalLicense.objects.exists()


@pytest.mark.django_db
def test_a_request_whose_process_died_is_done_by_the_next_one(cast: Cast) -> None:
    with patch.object(idempotency, "_run", side_effect=SystemExit), pytest.raises(SystemExit):
        cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1")
    busy = cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1")
    assert (busy.status_code, busy.json()["code"]) == (409, "api:idempotency-running")
    IdempotentAnswer.objects.update(started_at=timezone.now() - idempotency.GIVEN_UP - timedelta(seconds=1))
    assert cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1").status_code == 201
    assert PortalLicense.objects.count() == 1


@pytest.mark.django_db
def test_after_a_day_a_key_is_new_again(cast: Cast) -> None:
    cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key="k-1")
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert cast.alice.post("licenses/", {"type": "production"}, Idempotency_Key="k-1").status_code == 201
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "ümlaut"])
def test_a_key_that_is_none_is_refused(cast: Cast, key: str) -> None:
    answer = cast.alice.post("licenses/", {"type": "trial"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "api:idempotency-key-invalid")


def _together(count: int, callers: list[Caller], path: str, bodies: list[object], keys: list[str]) -> list[int]:
    """The statuses of ``count`` posts that begin at the same moment, each on a connection of its own."""
    gate = threading.Barrier(count)

    def post(number: int) -> int:
        gate.wait()
        try:
            answer = callers[number % len(callers)].post(
                path, bodies[number % len(bodies)], Idempotency_Key=keys[number % len(keys)]
            )
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(post, range(count)))


@pytest.mark.django_db
def test_answers_that_are_kept_no_longer_go_whosever_they_are(cast: Cast, contoso: Organization) -> None:
    for caller_, key in ((cast.alice, "old"), (cast.alice, "new")):
        caller_.post("portals/", submission(contoso), Idempotency_Key=key)
    IdempotentAnswer.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency.idempotent_answers_purge() == 1
    assert [row.key for row in IdempotentAnswer.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_key_one_is_done() -> None:
    contoso = organization_row("contoso")
    alice = caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso))
    body = submission(contoso)
    statuses = _together(8, [alice], "portals/", [body], ["one"])
    assert set(statuses) <= {202, 409}
    assert 202 in statuses
    assert Portal.objects.count() == Operation.objects.count() == 1
    assert alice.post("portals/", body, Idempotency_Key="one").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_one_subdomain_at_once_one_wins_and_the_other_is_told() -> None:
    contoso = organization_row("contoso")
    alice = caller("alice@contoso.example", (Role.SYSTEM_ADMINISTRATOR, contoso))
    statuses = _together(4, [alice], "portals/", [submission(contoso) for _ in range(4)], ["a", "b", "c", "d"])
    assert sorted(statuses)[0] == 202
    assert set(statuses) <= {202, 400, 409}
    assert statuses.count(202) == Portal.objects.count() == Operation.objects.count() == 1
    assert PortalLicense.objects.filter(is_assigned=True).count() == 1
