"""What a browser carries from one step of the sign-in to the next: signed, short-lived, of one portal only."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from core.sealed import SealBroken, secret_open, secret_seal
from websites.hosts import PortalAtHost
from websites.visitors.identity import Identity
from websites.visitors.oidc import Attempt

NAME = "portal_signin"
SECONDS = 600  # from one step to the next


def attempt_keep(request: HttpRequest, response: HttpResponseBase, portal: PortalAtHost, attempt: Attempt) -> None:
    _keep(request, response, portal, {"attempt": asdict(attempt)})


def attempt_kept(request: HttpRequest, portal: PortalAtHost) -> Attempt | None:
    """The sign-in that was begun in this browser at this portal; None for none, an old or a forged one."""
    found = _kept(request, portal).get("attempt")
    return Attempt(**found) if found else None


def identity_keep(
    request: HttpRequest, response: HttpResponseBase, portal: PortalAtHost, attempt: Attempt, identity: Identity
) -> None:
    """Between the provider's answer and the visitor's consent: nothing is stored of somebody who says no."""
    sealed = secret_seal(identity.id_token, row=_salt(portal))
    kept = {**asdict(identity), "id_token": sealed}
    found = {"provider": attempt.provider, "path": attempt.path, "identity": kept}
    _keep(request, response, portal, found)


def identity_kept(request: HttpRequest, portal: PortalAtHost) -> tuple[str, str, Identity] | None:
    """Provider, path to go on to, and identity."""
    found = _kept(request, portal)
    if "identity" not in found:
        return None
    identity = Identity(**found["identity"])
    try:
        token = secret_open(identity.id_token, row=_salt(portal))
    except SealBroken:  # a key taken away in these ten minutes
        token = ""
    return str(found["provider"]), str(found["path"]), replace(identity, id_token=token)


def forget(request: HttpRequest, response: HttpResponseBase) -> None:
    response.delete_cookie(_name(request), path="/", samesite="Lax")
    if request.is_secure():
        response.cookies[_name(request)]["secure"] = True


def _keep(request: HttpRequest, response: HttpResponseBase, portal: PortalAtHost, found: dict[str, Any]) -> None:
    value = signing.dumps(found, salt=_salt(portal), compress=True)
    response.set_cookie(
        _name(request), value, max_age=SECONDS, path="/", secure=request.is_secure(), httponly=True, samesite="Lax"
    )


def _kept(request: HttpRequest, portal: PortalAtHost) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(_name(request), ""), salt=_salt(portal), max_age=SECONDS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _salt(portal: PortalAtHost) -> str:
    return f"websites.signin.{portal.portal_id}"


def _name(request: HttpRequest) -> str:
    return f"__Host-{NAME}" if request.is_secure() else NAME
