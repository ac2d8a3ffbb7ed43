"""Reads PORTAL_* variables: typed, each also as NAME_FILE, wrong values refused in words."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

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

    def port(self, name: str, *, default: int) -> int:
        found = self.text(name, default=str(default))
        if not found.isdecimal() or int(found) > 65535:
            raise ImproperlyConfigured(f"{name} holds {found!r}; a port number from 0 to 65535 is allowed.")
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
        if not found.startswith(("postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{name} does not hold a postgresql:// address.")
        return {**environ.Env.db_url_config(found), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

    def broker(self, name: str, *, home: Path) -> str:
        found = self.text(name, default="") or _embedded(home / "run" / "redis-url", "redis://127.0.0.1:6379/0")
        if not found.startswith(("redis://", "rediss://", "unix://")):
            raise ImproperlyConfigured(f"{name} does not hold a redis:// address.")
        return found

    def mail(self, name: str, *, home: Path) -> dict[str, Any]:
        """Django's mail settings for ``smtp+tls://user:password@host:587``; empty = files under ``home / "mail"``."""
        found = self.text(name, default="")
        if not found:
            backend = "django.core.mail.backends.filebased.EmailBackend"
            return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(home / "mail")}
        if not found.startswith(("smtp://", "smtps://", "smtp+tls://", "smtp+ssl://")):
            raise ImproperlyConfigured(f"{name} does not hold an smtp:// address.")
        return {**environ.Env.email_url_config(found), "EMAIL_TIMEOUT": 10}

    def _read(self, name: str, path: str) -> str:
        try:
            return Path(path).read_text().strip()
        except OSError as wrong:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path!r}, which cannot be read: {wrong.strerror}."
            ) from wrong


def _embedded(path: Path, default: str = "postgresql://postgres@127.0.0.1:5432/portals") -> str:
    """What `manage.py up` wrote down about the embedded service it started."""
    return path.read_text().strip() if path.exists() else default


def made_once(path: Path, fresh: str) -> str:
    """What ``path`` holds; where it is not there yet, ``fresh``, so that two processes starting at once agree."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    return fresh
