"""The page behind a one-time sign-in link. Opening it shows a button; only pressing it uses the link up.

Mail scanners and link previews open addresses, so a GET must not consume anything.
"""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from adminsite.tokens import sign_in_link_is_usable, sign_in_link_use
from core.errors import NotAllowed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TEMPLATE = "adminsite/sign_in_link.html"


@method_decorator(never_cache, name="dispatch")
class SignInLinkView(View):
    """Signs the link's account in and leads it to choose a password."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        usable = sign_in_link_is_usable(secret)
        return self._answer(request, is_usable=usable)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        try:
            user = sign_in_link_use(text=secret)
        except NotAllowed:
            return self._answer(request, is_usable=False)
        login(request, user, backend=BACKEND)
        return redirect("account_change_password" if user.has_usable_password() else "account_set_password")

    def _answer(self, request: HttpRequest, *, is_usable: bool) -> HttpResponse:
        return render(request, TEMPLATE, {"is_usable": is_usable}, status=200 if is_usable else 403)
