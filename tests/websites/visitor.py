"""A visitor at the door of the websites application: plain WSGI, no test client's comforts."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from django.core.handlers.wsgi import WSGIHandler

from websites.front import Front


@dataclass(frozen=True)
class Answer:
    """What came back. ``headers`` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """Uses a host: ``visitor.get("/search/?q=x")``."""

    def __init__(self, host: str = "support.portals.localhost:8443") -> None:
        self.host = host
        self.cookie = ""  # "name=value"
        self.application = Front(WSGIHandler())

    def post(self, address: str, values: Mapping[str, str], **headers: str) -> Answer:
        """Send a form as a page of this host does."""
        own = {"sec_fetch_site": "same-origin", "origin": f"https://{self.host}", **headers}
        return self.get(address, method="POST", body=urlencode(values).encode(), **own)

    def get(
        self, address: str = "/", *, method: str = "GET", host: str = "", body: bytes = b"", **headers: str
    ) -> Answer:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8002",
            "HTTP_HOST": host or self.host,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "wsgi.errors": io.StringIO(),
            **({"HTTP_COOKIE": self.cookie} if self.cookie else {}),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self.application(environ, lambda status, found, *_: started.append((status, found)))
        content = b"".join(chunks)
        close = getattr(chunks, "close", None)
        if close:
            close()
        status, found = started[0]
        return Answer(int(status.split()[0]), {name.lower(): value for name, value in found}, content)
