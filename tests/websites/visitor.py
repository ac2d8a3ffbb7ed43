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

    def post_form(
        self, address: str, values: Mapping[str, str], files: Mapping[str, tuple[str, bytes]], **headers: str
    ) -> Answer:
        """Send a form with files, as multipart/form-data."""
        edge = "----edge7d1"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        ]
        for name, (file_name, content) in files.items():
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            parts.append(head.encode() + b"Content-Type: text/html\r\n\r\n" + content + b"\r\n")
        own = {"sec_fetch_site": "same-origin", "origin": f"https://{self.host}", **headers}
        body = b"".join([*parts, f"--{edge}--\r\n".encode()])
        return self.get(address, method="POST", body=body, form=f"multipart/form-data; boundary={edge}", **own)

    def get(
        self,
        address: str = "/",
        *,
        method: str = "GET",
        host: str = "",
        body: bytes = b"",
        form: str = "",
        **headers: str,
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
            "CONTENT_TYPE": form or ("application/x-www-form-urlencoded" if body else ""),
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
