"""What /livez and /readyz say."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from core import health


def test_livez_answers_without_the_database(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_names_every_check(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {name: check["status"] for name, check in answer.json()["checks"].items()} == {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
    }


@pytest.mark.django_db
def test_readyz_is_503_without_the_broker(client: Client, settings: Settings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"].items() >= {"status": "failed", "message": "No answer."}.items()
    assert answer.json()["checks"]["database"]["status"] == "ok"


@pytest.mark.django_db
def test_readyz_is_503_while_a_migration_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health._state, "migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'adminsite'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "not applied" in answer.json()["checks"]["migrations"]["message"]


@pytest.mark.django_db
def test_a_health_answer_is_never_stored_and_never_redirects(client: Client) -> None:
    assert "no-store" in client.get("/readyz")["Cache-Control"]


def test_livez_refuses_what_would_change_something(client: Client) -> None:
    assert client.post("/livez").status_code == 405
