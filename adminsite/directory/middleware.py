"""Lets the forms of signing in and out lead to the portal that asked for it, and to no other site."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from adminsite.directory.views import sign_in_origin, sign_out_origin


class SignInFormAction:
    """Adds the portal's origin to ``form-action`` of the sign-in and sign-out pages, inside the CSP middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        origin = _leads_to(request)
        if origin:
            response._csp_update = {"form-action": [origin]}  # type: ignore[attr-defined]
        return response


def _leads_to(request: HttpRequest) -> str:
    if request.path.startswith(reverse("account_login")):
        return sign_in_origin(_value(request, "next"))
    if request.path == reverse("idp:oidc:logout"):
        return sign_out_origin(_value(request, "post_logout_redirect_uri"))
    return ""


def _value(request: HttpRequest, name: str) -> str:
    return request.GET.get(name) or request.POST.get(name) or ""
