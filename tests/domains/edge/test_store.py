"""The folder that the edge reads: private, replaced at once, and nothing of it outside."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.edge.store import HOST, EdgeStore


@pytest.fixture
def store(tmp_path: Path) -> EdgeStore:
    return EdgeStore(tmp_path / "edge")


def test_a_file_holds_its_stamp_and_the_certificate(store: EdgeStore) -> None:
    store.put("a.example", stamp="7.1", pem=b"chain and key")
    assert (store.folder / "a.example.pem").read_bytes() == b"# 7.1\nchain and key"
    assert store.stamps() == {"a.example": "7.1"}


def test_files_and_folder_are_their_owners_alone(store: EdgeStore) -> None:
    store.put("a.example", stamp="1", pem=b"")
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((store.folder / "a.example.pem").stat().st_mode) == 0o600


def test_a_reader_of_the_old_file_reads_it_to_the_end(store: EdgeStore) -> None:
    store.put("a.example", stamp="1", pem=b"old")
    with (store.folder / "a.example.pem").open("rb") as reader:
        store.put("a.example", stamp="2", pem=b"new")
        assert reader.read() == b"# 1\nold"
    assert store.stamps() == {"a.example": "2"}


def test_removing_twice_is_removing(store: EdgeStore) -> None:
    store.put("a.example", stamp="1", pem=b"")
    for _ in range(2):
        store.remove("a.example")
    assert store.stamps() == {}


def test_what_a_killed_agent_left_half_written_goes(store: EdgeStore) -> None:
    store.put("a.example", stamp="1", pem=b"")
    (store.folder / ".new-half").write_bytes(b"-----BEGIN PRIV")
    assert store.stamps() == {"a.example": "1"}
    assert [path.name for path in store.folder.iterdir()] == ["a.example.pem"]


def test_a_file_of_somebody_elses_making_has_no_stamp(store: EdgeStore) -> None:
    store.folder.mkdir()
    (store.folder / "a.example.pem").write_bytes(b"\xff\xfe-----BEGIN")
    assert store.stamps() == {"a.example": ""}


@pytest.mark.parametrize(
    "host", ["", ".", "..", "../a.example", "a.example/../b", "A.example", "a.example\x00", "a.example\n", "localhost"]
)
def test_what_is_no_host_name_never_becomes_a_file_name(store: EdgeStore, host: str) -> None:
    with pytest.raises(ValueError, match="no host name"):
        store.put(host, stamp="1", pem=b"")
    with pytest.raises(ValueError, match="no host name"):
        store.remove(host)
    assert not store.folder.exists()


@given(st.text(max_size=60))
def test_a_name_that_passes_is_one_plain_file_name(text: str) -> None:
    if HOST.fullmatch(text):
        assert Path(text).name == text
        assert not text.startswith(".")
        assert "\x00" not in text
