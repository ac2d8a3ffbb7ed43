"""A visitor at the door of the websites application while the organization answers in this very process."""

from __future__ import annotations

from typing import Any

import httpx
from django.test import override_settings

from organizations.embedded.inprocess import InProcessTransport
from tests.websites.visitor import Answer, Visitor

RUNTIME: dict[str, Any] = {
    "ROOT_URLCONF": "websites.urls",
    "MIDDLEWARE": ["websites.middleware.PortalMiddleware"],
    "ALLOWED_HOSTS": ["*"],
    "APPEND_SLASH": False,
    "FILE_UPLOAD_HANDLERS": ["websites.uploads.PortalFileHandler"],
}
CENTER: dict[str, Any] = {"ROOT_URLCONF": "adminsite.urls", "APPEND_SLASH": True}


class CenterTransport(InProcessTransport):
    """Answers as the administration center's process would, in the middle of a portal's request."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with override_settings(**CENTER):
            return super().handle_request(request)


class VisitorOutside(Visitor):
    """The runtime's settings hold while it is asked, and not a moment longer."""

    def __init__(self, host: str) -> None:
        with override_settings(**RUNTIME):
            super().__init__(host)

    def get(self, address: str = "/", **options: Any) -> Answer:
        with override_settings(**RUNTIME):
            return super().get(address, **options)
