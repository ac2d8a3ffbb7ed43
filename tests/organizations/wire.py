"""Raw requests to an embedded organization, as a foreign client would send them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from organizations.client import organization_client
from organizations.client.tokens import token_get
from organizations.embedded.inprocess import InProcessTransport
from organizations.models import Organization


@dataclass(frozen=True)
class Wire:
    """An application user's way to one organization."""

    base_url: str
    token: str

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send to ``path`` below /api/data/v9.2/; header names are written with underscores."""
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        content = None if body is None else json.dumps(body).encode()
        with httpx.Client(transport=InProcessTransport()) as client:
            return client.request(method, f"{self.base_url}/api/data/v9.2/{path}", content=content, headers=sent)

    def get(self, path: str, *, status: int = 200, **headers: str) -> Any:
        answer = self.send("GET", path, **headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def post(self, path: str, body: object, *, status: int = 204, **headers: str) -> Any:
        answer = self.send("POST", path, body, **headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def patch(self, path: str, body: object, *, status: int = 204, **headers: str) -> Any:
        answer = self.send("PATCH", path, body, **headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def rows(self, path: str, filter: str, order: str = "fullname") -> list[Any]:
        """The names in ``order`` of the rows that pass the filter."""
        found = self.get(f"{path}?$filter={quote(filter)}&$orderby={order}")
        return [row[order] for row in found["value"]]

    def refused(self, path: str, status: int, code: str = "") -> str:
        """The message with which GET of ``path`` is refused."""
        error = self.get(path, status=status)["error"]
        assert not code or error["code"] == code, error
        return str(error["message"])


def wire_to(organization: Organization) -> Wire:
    with organization_client(organization) as client:
        return Wire(organization.url, token_get(client.session.credentials))
