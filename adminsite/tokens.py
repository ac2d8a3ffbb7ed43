"""Making and reading API tokens and one-time sign-in links. Only hashes are stored."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from adminsite.models import ApiToken, SignInLink, digest
from adminsite.scopes import EVERYTHING, SCOPES
from core.errors import InvalidValue, NotAllowed
from core.models import User

PREFIX = "pct_"
ALPHABET = string.ascii_letters + string.digits
LENGTH = 40
DEFAULT_DAYS = 90
LONGEST_DAYS = 366
LINK_LIFE = timedelta(hours=24)
USE_NOTED_EVERY = timedelta(minutes=1)  # so that reading is not also a write each time


def token_create(*, user: User, scopes: Sequence[str] = (), days: int = DEFAULT_DAYS) -> str:
    """Make a token for ``user`` and return its text, which can never be read again.

    Args:
        scopes: of :data:`adminsite.scopes.SCOPES`; none = everything the owner may do.
        days: until it expires, 1 to 366.

    Raises:
        InvalidValue: an unknown scope or a number of days out of range.
    """
    unknown = sorted(set(scopes) - {EVERYTHING, *SCOPES})
    if unknown:
        raise InvalidValue(
            f"There is no scope {unknown[0]!r}. The scopes are {', '.join(SCOPES)}.",
            field="scopes",
            code="api:unknown-scope",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidValue(f"A token lives from 1 to {LONGEST_DAYS} days.", field="days", code="api:token-days")
    text = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    ApiToken.objects.create(
        user=user,
        sha256=digest(text),
        hint=text[:8],
        scopes=sorted(set(scopes)) or [EVERYTHING],
        expires_at=timezone.now() + timedelta(days=days),
    )
    return text


def token_find(text: str) -> ApiToken | None:
    """The usable token with this text and an active owner, or None; notes its use."""
    if not text.startswith(PREFIX):
        return None
    token = ApiToken.objects.select_related("user").filter(sha256=digest(text)).first()
    if token is None or not token.is_usable or not token.user.is_active:
        return None
    _note_use(token)
    return token


def sign_in_link_create(*, user: User) -> str:
    """Make a one-time sign-in link's secret part; it lives 24 hours."""
    text = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, sha256=digest(text), expires_at=timezone.now() + LINK_LIFE)
    return text


def sign_in_link_is_usable(text: str) -> bool:
    return _usable_links(text).exists()


@transaction.atomic
def sign_in_link_use(*, text: str) -> User:
    """Use the link up and return its account. Of two uses at once one wins: the UPDATE is guarded.

    Raises:
        NotAllowed: ``auth:link-used``: it was used, is too old, or never existed.
    """
    if not _usable_links(text).update(used_at=timezone.now()):
        raise NotAllowed(
            "This sign-in link has been used already or is older than 24 hours. Make a new one with createadmin.",
            code="auth:link-used",
        )
    return SignInLink.objects.select_related("user").get(sha256=digest(text)).user


def _usable_links(text: str) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        sha256=digest(text), used_at=None, expires_at__gt=timezone.now(), user__is_active=True
    )


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
