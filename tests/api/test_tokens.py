"""Tokens: the command, expiry, scopes; a token is never more than its owner's roles."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from adminsite.api.urls import v1
from adminsite.models import ApiToken
from adminsite.scopes import SCOPES, scope_allows
from core.models import User
from organizations.models import Organization, Role
from tests.api.conftest import Cast
from tests.builders.api import Caller, caller, submission
from tests.builders.portals import portal_row

pytestmark = pytest.mark.django_db


def _created(*arguments: str) -> str:
    out = StringIO()
    call_command("createtoken", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_one_token_and_nothing_else_and_stores_its_hash(cast: Cast) -> None:
    printed = _created("Alice@Contoso.example")
    assert re.fullmatch(r"pct_[A-Za-z0-9]{40}\n", printed)
    stored = ApiToken.objects.get(sha256=hashlib.sha256(printed.strip().encode()).hexdigest())
    assert stored.scopes == ["*"]
    assert timedelta(days=89) < stored.expires_at - timezone.now() <= timedelta(days=90)
    assert Caller(cast.alice.user, printed.strip()).get("portals/").status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ("nobody-known@contoso.example",),
        ("alice@contoso.example", "--scope", "portals:everything"),
        ("alice@contoso.example", "--days", "0"),
        ("alice@contoso.example", "--days", "1000"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(cast: Cast, arguments: tuple[str, ...]) -> None:
    count = ApiToken.objects.count()
    with pytest.raises(CommandError):
        _created(*arguments)
    assert ApiToken.objects.count() == count


@pytest.mark.parametrize(
    "change",
    [{"expires_at": timezone.now() - timedelta(seconds=1)}, {"revoked_at": timezone.now()}],
    ids=["expired", "revoked"],  # the same names in every worker
)
def test_an_expired_or_revoked_token_does_not_sign_in(cast: Cast, change: dict[str, object]) -> None:
    ApiToken.objects.update(**change)
    assert cast.alice.get("portals/").status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer x", "Bearer pct_" + "ü" * 40, "Token x", "Basic eDp5"])
def test_a_header_that_is_no_token_does_not_sign_in(cast: Cast, header: str) -> None:
    answer = cast.alice.get("portals/", Authorization=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_last_use_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    cast.alice.get("catalog/")
    token = ApiToken.objects.get(user=cast.alice.user)
    first = token.last_used_at
    cast.alice.get("catalog/")
    token.refresh_from_db()
    assert token.last_used_at == first is not None


REQUESTS = {
    "licenses:read": ("GET", "licenses/"),
    "licenses:write": ("POST", "licenses/"),
    "operations:read": ("GET", "operations/"),
    "organizations:read": ("GET", "organizations/"),
    "portals:read": ("GET", "portals/"),
    "portals:write": ("POST", "portals/"),
    "solutions:read": ("GET", "organizations/{organization}/solutions/"),
}


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "solutions:write"])
@pytest.mark.parametrize("role", [Role.GLOBAL_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.SYSTEM_CUSTOMIZER, None])
def test_a_scope_limits_and_never_gives(
    contoso: Organization, role: Role | None, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one scope every request either answers as without scopes, or is refused for the scope."""
    monkeypatch.setattr("solutions.api.solutions.solutions_of", lambda organization: ())
    roles = [(role, None if role == Role.GLOBAL_ADMINISTRATOR else contoso)] if role else []
    limited = caller("someone@contoso.example", *roles, scopes=(scope,))
    free = caller("someone@contoso.example")
    for needed, (method, pattern) in REQUESTS.items():
        path = pattern.format(organization=contoso.pk)
        body = {"type": "no"} if path == "licenses/" else submission(contoso, accept_terms=False)
        sent = body if method == "POST" else None
        answer = limited.ask(method, path, sent)
        if scope_allows([scope], needed):
            assert answer.status_code == free.ask(method, path, sent).status_code != 401
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "api:scope-missing")
            assert needed in answer.json()["detail"]


@pytest.mark.parametrize(
    ("held", "needed", "allowed"),
    [
        (["portals:write"], "portals:read", True),
        (["portals:write"], "operations:read", True),
        (["portals:write"], "licenses:read", False),
        (["portals:read"], "portals:write", False),
        (["portals:read"], "operations:read", False),
        (["operations:read"], "operations:read", True),
        (["*"], "solutions:write", True),
        ([], "portals:read", False),
    ],
)
def test_writing_includes_reading_the_same_noun_and_operations(held: list[str], needed: str, allowed: bool) -> None:
    assert scope_allows(held, needed) is allowed


def test_every_endpoint_asks_for_a_scope_that_exists() -> None:
    for pattern in v1:
        view = pattern.callback.view_class  # type: ignore[union-attr]
        assert f"{view.noun}:read" in SCOPES
        assert not hasattr(view, "post") or f"{view.noun}:write" in SCOPES


def test_a_token_can_follow_what_it_started(cast: Cast, contoso: Organization) -> None:
    limited = caller("alice@contoso.example", scopes=("portals:write",))
    operation = limited.post("portals/", submission(contoso)).json()["id"]
    assert limited.get(f"operations/{operation}/").status_code == 200


def test_a_token_loses_what_its_owner_loses(cast: Cast, contoso: Organization) -> None:
    portal = portal_row(contoso)
    assert cast.alice.patch(f"portals/{portal.pk}/", {"name": "One"}).status_code == 200
    User.objects.get(pk=cast.alice.user.pk).role_assignments.all().delete()
    assert cast.alice.patch(f"portals/{portal.pk}/", {"name": "Two"}).status_code == 403
