"""The lines of the log, and what never stands in them."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as product
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from adminsite.tokens import PREFIX, token_create
from core.logs import HIDDEN, logging_config, secrets_hide, text_hide
from core.models import User
from core.sealed import secret_seal


def _written(format: str, write: object, level: str = "INFO") -> str:
    """What ``write()`` writes with the product's own configuration."""
    stream = io.StringIO()
    before = structlog.get_config()
    configuration = logging_config(format=format, level=level)
    configuration["handlers"]["stdout"] = {
        "class": "logging.StreamHandler",
        "stream": stream,
        "formatter": "line",
    }
    logging.config.dictConfig(configuration)
    try:
        write()  # type: ignore[operator]
    finally:
        logging.config.dictConfig(product.LOGGING)
        structlog.configure(**before)  # the very list of processors that loggers in use hold
    return stream.getvalue()


def test_a_line_is_json_where_that_is_asked_for() -> None:
    line = json.loads(_written("json", lambda: structlog.get_logger("a").info("moved", portal="p1", to="provisioned")))
    assert line.items() >= {"event": "moved", "level": "info", "portal": "p1", "to": "provisioned"}.items()
    assert line["timestamp"].endswith("Z")


def test_a_line_is_key_and_value_otherwise_and_one_line_whatever_happens() -> None:
    line = _written("logfmt", lambda: structlog.get_logger("a").info("moved", text='two\nlines and "quotes"'))
    assert line.count("\n") == 1
    assert "event=moved" in line


def test_a_library_writes_the_same_lines() -> None:
    line = json.loads(_written("json", lambda: logging.getLogger("library").warning("slow %s", "thing")))
    assert line.items() >= {"event": "slow thing", "level": "warning", "logger": "library"}.items()


def test_a_traceback_stands_in_the_line_without_local_variables() -> None:
    def fail() -> None:
        hidden_value = "local-value-that-nobody-may-read"
        try:
            raise ValueError("broken")
        except ValueError:
            structlog.get_logger("a").exception("went_wrong", size=len(hidden_value))

    line = _written("json", fail)
    assert "ValueError: broken" in line
    assert "local-value-that-nobody-may-read" not in line


@pytest.mark.parametrize(
    "name",
    ["password", "client_secret", "Authorization", "shared_key", "cookie", "token", "csrf_token", "private_key"],
)
def test_a_name_that_means_a_secret_hides_its_value(name: str) -> None:
    assert secrets_hide(None, "info", {"event": "x", name: "abc"})[name] == HIDDEN
    assert secrets_hide(None, "info", {"event": "x", "inner": [{name: "abc"}]})["inner"] == [{name: HIDDEN}]


def test_a_secret_inside_a_text_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [
        "pct_" + "a1B2" * 10,
        "Bearer abcdefgh12345678",
        "https://localhost/sign-in-link/AbC-_123456789/",
        "postgresql://portal:hunter22@db/portals",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        secret_seal("plain", row="organization:1"),
        "grant_type=client_credentials&client_secret=abc~def&scope=x",
    ]
    for secret in secrets:
        shown = text_hide(f"before {secret} after")
        assert HIDDEN in shown, secret
        assert shown.startswith("before ")
        assert shown.endswith(" after")
    everything = text_hide(" ".join(secrets))
    for part in ("hunter22", "abc~def", "AbC-_123456789", "a1B2a1B2", "abcdefgh12345678", "c2ln"):
        assert part not in everything


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=40, max_size=40), st.text())
def test_no_api_token_ever_gets_through(random: str, around: str) -> None:
    token = PREFIX + random
    event = {"event": around + " " + token, "nested": {"deep": [around, token]}, token: 1}
    shown = secrets_hide(None, "info", dict(event))
    assert token not in str({name: value for name, value in shown.items() if name != token})


@pytest.mark.django_db
def test_every_answer_carries_the_id_of_its_request(client: Client) -> None:
    own = client.get("/livez")["X-Request-ID"]
    assert len(own) == 36
    assert client.get("/livez", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"] == "from-the-proxy-1"


@pytest.mark.parametrize("given_id", ["short", "x" * 65, "with space in it", "line\tbreak-here", "ümlaut-in-here"])
def test_an_id_that_could_do_harm_is_replaced(client: Client, given_id: str) -> None:
    assert client.get("/livez", headers={"X-Request-ID": given_id})["X-Request-ID"] != given_id


@pytest.mark.django_db
def test_a_problem_names_the_id_under_which_the_log_has_the_request(client: Client) -> None:
    answer = client.get("/api/v1/portals/")
    assert answer.json()["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db
def test_a_request_is_one_line_without_its_query(client: Client) -> None:
    user = User.objects.create_user("alice@contoso.example")
    token = token_create(user=user)
    headers = {"Authorization": f"Bearer {token}"}
    line = _written("json", lambda: client.get("/api/v1/portals/?search=private", headers=headers))
    assert line.count("\n") == 1
    told = json.loads(line)
    assert told.items() >= {"event": "request_finished", "code": 200, "request": "GET /api/v1/portals/"}.items()
    assert told["user_id"] == str(user.pk)
    assert "private" not in line
    assert token not in line


@pytest.mark.django_db
def test_a_good_health_answer_is_no_line_and_a_bad_one_is(client: Client, settings: Settings) -> None:
    assert _written("json", lambda: client.get("/readyz")) == ""
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    assert "request_finished" in _written("json", lambda: client.get("/readyz"))


@pytest.mark.parametrize(("format", "level"), [("xml", "INFO"), ("json", "LOUD")])
def test_a_wrong_setting_stops_the_start_in_words(format: str, level: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_LOG_\w+ holds '\w+'; .+ are allowed"):
        logging_config(format=format, level=level)
