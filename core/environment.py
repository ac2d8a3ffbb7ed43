"""Reads PORTAL_* variables: typed, each also as NAME_FILE, wrong values refused in words."""

from __future__ import annotations

import base64
import re
import secrets
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from core.made_once import made_once
from core.service_address import service_address

HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
SERVER = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")


class Environment:
    """The environment as settings. Reads ``NAME``, or the file that ``NAME_FILE`` names."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, *, default: str) -> str:
        path = self._variables.get(f"{name}_FILE")
        if path:
            return self._read(name, path)
        return self._variables.get(name, default)

    def folder(self, name: str, *, default: Path) -> Path:
        """A folder. Nothing at all would be the one where the process happens to stand."""
        found = self.text(name, default=str(default))
        if not found or (Path(found).exists() and not Path(found).is_dir()):
            raise ImproperlyConfigured(f"{name} holds {found!r}; the path of a folder is allowed.")
        return Path(found).resolve()

    def port(self, name: str, *, default: int, lowest: int = 0) -> int:
        found = self.text(name, default=str(default))
        if not re.fullmatch("[0-9]{1,5}", found) or not lowest <= int(found) <= 65535:
            raise ImproperlyConfigured(f"{name} holds {found!r}; a port number from {lowest} to 65535 is allowed.")
        return int(found)

    def host(self, name: str, *, default: str) -> str:
        found = self.text(name, default=default)
        if not HOST.fullmatch(found):
            raise ImproperlyConfigured(
                f"{name} holds {found!r}; a host name of lower-case letters, digits, hyphens and dots is allowed."
            )
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        found = self.text(name, default="1" if default else "0")
        if found not in {"0", "1"}:
            raise ImproperlyConfigured(f"{name} holds {found!r}; 0 or 1 is allowed.")
        return found == "1"

    def address(self, name: str) -> str:
        """An https address, or "" for none."""
        found = self.text(name, default="")
        if found and not re.fullmatch(r"https://[^\s/@?#]+(/[^\s?#]*)?", found):
            raise ImproperlyConfigured(f"{name} holds {found!r}; an https:// address is allowed, or nothing.")
        return found

    def addresses(self, name: str, *, default: str) -> str:
        """``host:port``, or several with commas between them, as they were written."""
        found = self.text(name, default=default)
        parts = [SERVER.fullmatch(part.strip()) for part in found.split(",")]
        if not all(part and part["port"] and int(part["port"]) <= 65535 for part in parts):
            raise ImproperlyConfigured(f"{name} holds {found!r}; host:port is allowed, such as 127.0.0.1:8001.")
        return found

    def authorities(self, name: str) -> str:
        """The path of a PEM file of certificates, or "" for none."""
        found = self.text(name, default="")
        try:
            ssl.create_default_context(cafile=found or None)
        except OSError as wrong:
            raise ImproperlyConfigured(
                f"{name} holds {found!r}, which cannot be read as certificates; the path of a PEM file is allowed."
            ) from wrong
        return found

    def servers(self, name: str, *, default: str = "") -> tuple[tuple[str, int], ...]:
        """``host:port,host:port`` (``[::1]:53`` for IPv6); the port may be left out and is 53 then."""
        found = self.text(name, default=default)
        servers = [SERVER.fullmatch(part.strip()) for part in found.split(",") if part.strip()]
        if not all(server and 0 < int(server["port"] or 53) <= 65535 for server in servers):
            raise ImproperlyConfigured(
                f"{name} holds {found!r}; host:port pairs separated by commas are allowed, such as 127.0.0.1:5354."
            )
        return tuple((server["host"].strip("[]"), int(server["port"] or 53)) for server in servers if server)

    def demo_dns(self, *, home: Path) -> tuple[tuple[str, int], ...]:
        """Where the demo's DNS server answers; () where none was started."""
        address, _, port = _embedded(home / "run" / "demo-dns", "").partition(":")
        return ((address, int(port)),) if port else ()

    def secret(self, name: str, *, home: Path, bytes_: int) -> str:
        """The variable, or what was made once and kept (0600) under ``home``."""
        return self.text(name, default="") or made_once(home / "secrets" / name.lower(), secrets.token_urlsafe(bytes_))

    def keyring(self, name: str, *, home: Path) -> str:
        fresh = f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        return self.text(name, default="") or made_once(home / "secrets" / name.lower(), fresh)

    def database(self, name: str, *, home: Path) -> dict[str, Any]:
        """Django's settings for ``postgres://user:password@host:port/name``; empty = the embedded server's."""
        found = self.text(name, default="") or _embedded(home / "run" / "database-url")
        service_address(
            name, found, schemes=("postgresql", "postgres"), path="/[^/]+", shown="user:password@host:port/name"
        )
        return {**environ.Env.db_url_config(found), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

    def broker(self, name: str, *, home: Path) -> str:
        found = self.text(name, default="") or _embedded(home / "run" / "redis-url", "redis://127.0.0.1:6379/0")
        if not found.startswith("unix://"):
            service_address(name, found, schemes=("redis", "rediss"), path="(/[0-9]*)?", shown=":password@host:port/0")
        return found

    def mail(self, name: str, *, home: Path) -> dict[str, Any]:
        """Django's mail settings for ``smtp+tls://user:password@host:587``; empty = files under ``home / "mail"``."""
        found = self.text(name, default="")
        if not found:
            backend = "django.core.mail.backends.filebased.EmailBackend"
            return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(home / "mail")}
        schemes = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
        service_address(name, found, schemes=schemes, path="/?", shown="user:password@host:587")
        return {**environ.Env.email_url_config(found), "EMAIL_TIMEOUT": 10}

    def _read(self, name: str, path: str) -> str:
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as wrong:
            why = getattr(wrong, "strerror", "") or "it holds no text"
            raise ImproperlyConfigured(f"{name}_FILE names {path!r}, which cannot be read: {why}.") from wrong


def _embedded(path: Path, default: str = "postgresql://postgres@127.0.0.1:5432/portals") -> str:
    """What `manage.py up` wrote down about the embedded service it started."""
    return path.read_text().strip() if path.exists() else default
