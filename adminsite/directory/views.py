"""The provider's door, and the pages on the way to it and out of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from allauth.idp.oidc.views import authorization
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from adminsite.directory.clients import client_ensure, is_portals
from core.directory import CLIENT_ID, SIGNED_OUT


@csrf_exempt  # the provider checks its own forms
def authorize(request: HttpRequest) -> HttpResponseBase:
    """The authorization endpoint; a portal's host that is new becomes one of the client's first."""
    if request.GET.get("client_id") == CLIENT_ID:
        client_ensure(request.GET.get("redirect_uri", ""))
    response: HttpResponseBase = authorization(request)
    return response


def sign_in_origin(next_url: str) -> str:
    """The portal's origin where the sign-in goes on to a portal, else "".

    Browsers apply ``form-action`` to the redirects after a form too, so the sign-in page has to name it.
    """
    parts = urlsplit(next_url)
    if parts.netloc or parts.path != reverse("idp:oidc:authorization"):
        return ""
    redirect_uri = parse_qs(parts.query).get("redirect_uri", [""])[0]
    return _origin(redirect_uri) if is_portals(redirect_uri) else ""


def sign_out_origin(back: str) -> str:
    """The portal's origin where ``post_logout_redirect_uri`` is a portal's, else ""."""
    return _origin(back) if is_portals(back, path=SIGNED_OUT) else ""


def _origin(address: str) -> str:
    target = urlsplit(address)
    return f"{target.scheme}://{target.netloc}"
