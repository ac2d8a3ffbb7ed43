"""Lets the sign-in form lead to the portal that asked for it, and to no other site."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from adminsite.directory.views import sign_in_origin


class SignInFormAction:
    """Adds the portal's origin to ``form-action`` of the sign-in page, inside the CSP middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        next_url = request.GET.get("next") or request.POST.get("next") or ""
        if next_url and request.path.startswith(reverse("account_login")):
            origin = sign_in_origin(next_url)
            if origin:
                response._csp_update = {"form-action": [origin]}  # type: ignore[attr-defined]
        return response
