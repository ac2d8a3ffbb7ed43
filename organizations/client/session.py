"""An authorized conversation with one organization's Web API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from organizations.client.exchange import Answer, Check, Exchange, Limits, no_check
from organizations.client.tokens import Credentials, token_forget, token_get
from organizations.errors import OrganizationRefused

API = "/api/data/v9.2/"
HEADERS = {"Accept": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0"}
# OData allows these unescaped in a query; everything else is percent-encoded ('&', '#' and '+' would break a filter).
SAFE = "$,()'/:@*;="


@dataclass
class Session:
    """Adds the token, the protocol's headers and one renewed try after a 401.

    Args:
        caller: the user (systemuserid) in whose name everything is asked; None: the application's own.
    """

    credentials: Credentials
    exchange: Exchange = field(default_factory=Exchange)
    caller: uuid.UUID | None = None

    @property
    def api_url(self) -> str:
        return self.credentials.resource.rstrip("/") + API

    def get(
        self,
        path: str,
        options: Mapping[str, str] | None = None,
        *,
        prefer: str = "",
        limits: Limits = Limits(),  # noqa: B008  (frozen)
    ) -> dict[str, Any]:
        """The JSON object at ``path`` (relative to the API's root, or one of its absolute nextLinks)."""
        headers = {"Prefer": prefer} if prefer else {}
        return self.send("GET", self.url(path, options), headers=headers, limits=limits, repeatable=True).json()

    def url(self, path: str, options: Mapping[str, str] | None = None) -> str:
        """``path`` with its query options encoded.

        Raises:
            OrganizationRefused: an absolute link that leads away from this organization's API.
        """
        if path.startswith(("http:", "https:")):
            if not path.startswith(self.api_url):
                raise OrganizationRefused(
                    "The organization's answer leads to another address, which is not followed.",
                    code="organizations:redirected",
                )
            return path
        query = "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in (options or {}).items() if value)
        return self.api_url + path + (f"?{query}" if query else "")

    def send(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        repeatable: bool = False,
        check: Check = no_check,
    ) -> Answer:
        """Send with a token; where the organization no longer takes it, once more with a new one."""
        try:
            return self._send(method, url, body, headers or {}, limits, repeatable, check)
        except OrganizationRefused as refused:
            if refused.status != 401 or refused.code != "organizations:not-allowed":
                raise
            token_forget(self.credentials)  # a 401 was not carried out, so asking again is always safe
            return self._send(method, url, body, headers or {}, limits, repeatable, check)

    def _send(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | bytes | None,
        headers: Mapping[str, str],
        limits: Limits,
        repeatable: bool,
        check: Check,
    ) -> Answer:
        with self.exchange.hurrying():
            token = token_get(self.credentials)
        sent = {
            **HEADERS,
            "Content-Type": "application/json; charset=utf-8",
            **headers,
            "Authorization": f"Bearer {token}",
            "x-ms-client-request-id": str(uuid.uuid4()),
        }
        if self.caller is not None:
            sent["MSCRMCallerID"] = str(self.caller)
        if body is None:
            del sent["Content-Type"]
        content = body if isinstance(body, bytes | None) else json.dumps(body, default=str).encode()
        return self.exchange.send(
            method, url, headers=sent, content=content, limits=limits, repeatable=repeatable, check=check
        )
