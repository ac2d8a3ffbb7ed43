"""How many requests an account may make, told in every answer (draft-ietf-httpapi-ratelimit-headers)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from adminsite.api.auth import SAFE
from adminsite.api.counting import requests

if TYPE_CHECKING:  # the library imports this module while it makes its views
    from rest_framework.views import APIView

WINDOW_SECONDS = 60


class AccountRate(BaseThrottle):
    """Reads and writes of one account, however many tokens it has."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        kind = "read" if request.method in SAFE else "write"
        allowed: int = settings.API_REQUESTS_A_MINUTE[kind]
        left = allowed - requests.add(f"{kind}:{request.user.pk}", window_seconds=WINDOW_SECONDS)
        request.limit_headers = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"{kind}";q={allowed};w={WINDOW_SECONDS}',
            "RateLimit": f'"{kind}";r={max(left, 0)};t={_seconds_left()}',
        }
        return left >= 0

    def wait(self) -> float:
        return _seconds_left()


def _seconds_left() -> int:
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS
