"""How long a sign-in lasts: settings.SESSION_IDLE without a page, settings.SESSION_LONGEST in all."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout, user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase

LIVE = "/live/"  # where pages poll; a page left open does not keep its reader signed in
NOTED_EVERY = 60  # seconds between two writes of "seen at"
SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


class SessionLimits:
    """Middleware behind authentication: ends sessions that are too old, notes that the others are in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = time.time()
        if _is_over(request.session, now):
            logout(request)
        elif not request.path.endswith(LIVE) and now - request.session.get(SEEN_AT, 0) > NOTED_EVERY:
            request.session[SEEN_AT] = now
            UserSession.objects.create_from_request(request)  # shown on "Where you are signed in"


def _is_over(session: SessionBase, now: float) -> bool:
    idle = now - session.get(SEEN_AT, now)
    age = now - session.setdefault(SIGNED_IN_AT, now)
    return bool(idle > settings.SESSION_IDLE or age > settings.SESSION_LONGEST)


def _note_sign_in(sender: object, request: HttpRequest, **more: object) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


user_logged_in.connect(_note_sign_in)
