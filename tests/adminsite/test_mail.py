"""Where messages go."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.environment import Environment


def test_a_mail_server_is_read_from_its_address() -> None:
    env = Environment({"PORTAL_EMAIL_URL": "smtp+tls://jay:s%40fe@mail.example:587"})

    found = env.mail("PORTAL_EMAIL_URL", home=Path("/nowhere"))

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("jay", "s@fe")
    assert found["EMAIL_TIMEOUT"] == 10


def test_without_a_server_messages_are_files(tmp_path: Path) -> None:
    found = Environment({}).mail("PORTAL_EMAIL_URL", home=tmp_path)

    assert found["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_an_address_of_something_else_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_EMAIL_URL"):
        Environment({"PORTAL_EMAIL_URL": "http://mail.example"}).mail("PORTAL_EMAIL_URL", home=Path())
