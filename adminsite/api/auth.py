"""Who calls the API: a session with CSRF protection, or ``Authorization: Bearer pct_…``.

A token acts as its owner with the owner's roles of this moment; its scopes can only take away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from adminsite.models import ApiToken
from adminsite.scopes import scope_allows
from adminsite.tokens import token_find
from core.models import User

if TYPE_CHECKING:  # the library imports this module while it makes its views
    from rest_framework.views import APIView

SAFE = ("GET", "HEAD", "OPTIONS")


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer pct_…``"""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_find(text.strip())
        if token is None:
            raise AuthenticationFailed("The token is unknown, has expired, or was revoked.", code="bad-token")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class PageSession(SessionAuthentication):
    """The session of the administration center's pages, with its CSRF check."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class IsSignedIn(BasePermission):
    """Nobody calls the API without an account; 401 says how to sign in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated)


class TokenHasScope(BasePermission):
    """A token's scopes must allow the endpoint's noun; a session has no scopes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        needed = scope_needed(request, view)
        if not isinstance(request.auth, ApiToken) or scope_allows(request.auth.scopes, needed):
            return True
        raise PermissionDenied(f"This token does not have the scope {needed}.", code="scope-missing")


def scope_needed(request: Request, view: APIView) -> str:
    """The scope that this request to this endpoint takes."""
    verb = "read" if request.method in SAFE else "write"
    return f"{getattr(view, 'noun', 'api')}:{verb}"
