"""What an unknown address under /api/ answers: a problem, like every other error of the API, not a page."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound


class NoSuchAddress(APIView):
    """404 for every method, and without an account: there is nothing to protect."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("The API has no such address. Addresses end with a slash.", code="api:no-such-address")

    def get(self, request: Request) -> Response:  # pragma: no cover - initial() has answered
        raise NotFound("There is nothing here.")
