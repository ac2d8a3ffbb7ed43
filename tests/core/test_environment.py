"""What a PORTAL_* variable may hold. A wrong one is answered with its name, what it holds and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from adminsite.embedded.__main__ import ports_check
from adminsite.embedded.plan import Wanted
from core.environment import Environment

NAME = "PORTAL_X"
HERE = Path()
Read = Callable[[Environment], Any]

READERS: dict[str, Read] = {
    "folder": lambda env: env.folder(NAME, default=HERE),
    "port": lambda env: env.port(NAME, default=1, lowest=1),
    "addresses": lambda env: env.addresses(NAME, default=""),
    "authorities": lambda env: env.authorities(NAME),
    "database": lambda env: env.database(NAME, home=HERE),
    "broker": lambda env: env.broker(NAME, home=HERE),
    "mail": lambda env: env.mail(NAME, home=HERE),
}


def reading(how: str, value: str) -> Any:
    return READERS[how](Environment({NAME: value}))


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("folder", ""),
        ("folder", __file__),
        ("port", "0"),
        ("port", "70000"),
        ("port", "٨"),
        ("addresses", ""),
        ("addresses", "web"),
        ("addresses", "web:99999"),
        ("addresses", "web:8001,websites"),
        ("authorities", "/nowhere/roots.pem"),
        ("authorities", __file__),
        ("database", "mysql://localhost/x"),
        ("database", "postgresql://"),
        ("database", "postgresql://db:port/portals"),
        ("broker", "redis://valkey:port/0"),
        ("broker", "redis://valkey:6379/first"),
        ("mail", "http://mail.example"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_is_allowed(how: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        reading(how, value)

    assert NAME in str(refused.value)
    assert repr(value) in str(refused.value)
    assert "allowed" in str(refused.value)


@pytest.mark.parametrize("value", ["mysql://portal:secret@db/x", "postgresql:/portal:secret@db/x", "portal:secret@db"])
def test_a_password_in_a_wrong_address_is_not_repeated(value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        reading("database", value)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("addresses", "web:8001"),
        ("addresses", "[::1]:8001, web:8001"),
        ("authorities", ""),
        ("database", "postgresql://portal:s%40fe@db:5432/portals?sslmode=require"),
        ("database", "postgres://portal@%2Frun%2Fpostgresql/portals"),
        ("broker", "redis://valkey"),
        ("broker", "rediss://:secret@valkey:6379/1"),
        ("broker", "unix:///run/valkey.sock"),
        ("mail", "smtp+tls://jay:secret@mail.example:587"),
    ],
)
def test_a_right_value_is_taken(how: str, value: str) -> None:
    reading(how, value)


def test_a_file_of_no_text_is_told_with_its_variable(tmp_path: Path) -> None:
    (tmp_path / "value").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_X_FILE names .* no text"):
        Environment({f"{NAME}_FILE": str(tmp_path / "value")}).text(NAME, default="")


def test_a_home_where_nothing_can_be_written_is_told_by_its_setting() -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_HOME holds '/proc/nowhere', where nothing can be written"):
        Environment({}).secret("PORTAL_SECRET_KEY", home=Path("/proc/nowhere"), bytes_=8)


def test_the_edge_cannot_have_one_port_for_both() -> None:
    hosts = {"admin_host": "localhost", "base_domain": "portals.localhost"}
    kinds = {"is_database_embedded": True, "is_broker_embedded": True, "is_demo": False}
    wanted = Wanted(home="", checkout="", https_port=8443, http_port=8443, **hosts, **kinds)  # type: ignore[arg-type]

    assert ports_check(wanted).startswith("PORTAL_HTTP_PORT holds 8443, as PORTAL_HTTPS_PORT does")
