"""From a line in the spool to a row: what survives a process that is killed, and what is left out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError

from analytics.buffer.captured import Captured, ascending_id, captured_payload
from analytics.buffer.spool import Spool
from analytics.kinds import KINDS
from analytics.models import Interaction
from analytics.services import interaction_record, interactions_store, is_opted_out, recording, tracking_opt_out

NOW = datetime(2026, 11, 28, 10, 0, 0, 123456, tzinfo=UTC)
PORTAL, CONTACT = uuid.uuid4(), uuid.uuid4()


def captured(text: str = "printer", **changes: object) -> Captured:
    values: dict[str, object] = {"portal_id": PORTAL, "contact_id": CONTACT, "name": "portal_search", "at": NOW}
    return Captured(**{**values, "text": text, **changes})  # type: ignore[arg-type]


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spool:
    made = Spool(tmp_path / "spool")
    monkeypatch.setattr(recording, "spool", lambda: made)
    return made


@pytest.mark.parametrize("name", sorted(KINDS))
def test_an_interaction_has_exactly_the_fields_of_its_type(name: str) -> None:
    kind = KINDS[name]
    item = "a-1" if kind.id_field else ""
    payload = captured_payload(captured(name=name, item_id=item, language="en-US", session_id="s-1"))
    assert set(payload) == {"InteractionType", *kind.fields, "portal_language", "portal_sessionid"}
    assert payload["portal_timestamp"] == "2026-11-28T10:00:00.123Z"
    assert (payload["portal_portalid"], payload["portal_contactid"]) == (str(PORTAL), str(CONTACT))


def test_ids_ascend_with_time_and_are_of_version_seven() -> None:
    first, second = ascending_id(NOW), ascending_id(datetime.now(UTC))
    assert first < second
    assert (first.version, first.variant) == (7, uuid.RFC_4122)


@pytest.mark.django_db
def test_lines_become_rows_once(spool: Spool) -> None:
    for text in ("one", "two\n\x00\ud800 ü", "three"):
        interaction_record(captured(text))
    assert interactions_store() == 1
    assert interactions_store() == 0
    found = [json.loads(row.payload)["portal_searchstring"] for row in Interaction.objects.order_by("id")]
    assert sorted(found) == ["one", "three", "two\n? ü"]


@pytest.mark.django_db
def test_a_line_that_is_given_twice_is_one_row(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    interaction_record(captured())
    keep: Callable[[Iterable[bytes]], None] = recording._keep

    def dies(lines: Iterable[bytes]) -> None:
        keep(lines)
        raise DatabaseError("the database went away after the commit")

    monkeypatch.setattr(recording, "_keep", dies)
    with pytest.raises(DatabaseError):
        interactions_store()
    monkeypatch.setattr(recording, "_keep", keep)
    interaction_record(captured("another"))
    assert interactions_store() == 2
    assert Interaction.objects.count() == 2


@pytest.mark.django_db
def test_half_a_line_costs_no_other(spool: Spool) -> None:
    interaction_record(captured("before"))
    spool.append(b'{"InteractionType": "portal_sea\n')
    interaction_record(captured("after"))
    interactions_store()
    assert Interaction.objects.count() == 2


@pytest.mark.django_db
def test_what_a_killed_process_wrote_is_taken_over_and_what_a_living_one_writes_is_not(
    spool: Spool, tmp_path: Path
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from analytics.buffer.spool import Spool\n"
        "Spool(Path(sys.argv[1])).append(sys.stdin.buffer.readline()); print('written', flush=True); time.sleep(60)"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "spool")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert ran.stdin
    assert ran.stdout
    ran.stdin.write(json.dumps(captured_payload(captured())).encode() + b"\n")
    ran.stdin.close()
    assert ran.stdout.readline() == b"written\n"
    assert interactions_store() == 0
    os.kill(ran.pid, signal.SIGKILL)
    ran.wait()
    ran.stdout.close()
    assert interactions_store() == 1
    assert Interaction.objects.count() == 1


@pytest.mark.django_db
def test_a_contact_who_objects_is_in_no_row_any_more(spool: Spool) -> None:
    interaction_record(captured("before"))
    interactions_store()
    tracking_opt_out(portal_id=PORTAL, contact_id=CONTACT, is_out=True)
    assert not Interaction.objects.exists()
    interaction_record(captured("after"))
    interaction_record(captured("elsewhere", portal_id=uuid.uuid4()))
    interactions_store()
    assert [json.loads(row.payload)["portal_searchstring"] for row in Interaction.objects.all()] == ["elsewhere"]
    tracking_opt_out(portal_id=PORTAL, contact_id=CONTACT, is_out=False)
    assert not is_opted_out(portal_id=PORTAL, contact_id=CONTACT)
