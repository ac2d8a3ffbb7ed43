"""The records that people add, kept in one file of the home that the command writes and the server reads."""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dnslib import RR
from dnslib.label import DNSBuffer

ZONES = ("example.test", "customers.test")
TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "TXT")
DEFAULT_TTL = 30  # seconds; short, for people who try things
LONGEST_TTL = 86_400
NAME = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")


class RecordRefused(ValueError):
    """The record cannot stand in these zones; the text says why."""


@dataclass(frozen=True)
class Record:
    """One record. ``name`` and names in ``value`` are lower case without final dots; ``ttl`` in seconds."""

    name: str
    type: str
    value: str
    ttl: int = DEFAULT_TTL

    def __str__(self) -> str:
        return f"{self.name} {self.ttl} {self.type} {self.value}"

    def wire(self) -> RR:
        """As dnslib sends it."""
        return RR.fromZone(f"{self.name}. {self.ttl} IN {self.type} {_zone_text(self)}")[0]


def record_make(name: str, type: str, value: str, ttl: int = DEFAULT_TTL) -> Record:
    """A record that can be served.

    Raises:
        RecordRefused: in words.
    """
    record = Record(name.lower().rstrip("."), type.upper(), value.strip(), ttl)
    if record.type == "CNAME":
        record = Record(record.name, record.type, record.value.lower().rstrip("."), ttl)
    if not NAME.fullmatch(record.name) or len(record.name) > 253 or not zone_of(record.name):
        raise RecordRefused(f"{name} is not a name in {' or '.join(ZONES)}.")
    if record.type not in TYPES:
        raise RecordRefused(f"{type} is not served here; the types are {', '.join(TYPES)}.")
    if not 0 <= ttl <= LONGEST_TTL:
        raise RecordRefused(f"A time to live of {ttl} seconds is not allowed; 0 to {LONGEST_TTL} are.")
    if record.name in ZONES and record.type == "CNAME":
        raise RecordRefused(f"{record.name} is the zone itself, for which DNS does not allow a CNAME record.")
    _refuse_unreadable(record)
    return record


def zone_of(name: str) -> str:
    """The zone that the name is in, "" for none."""
    return next((zone for zone in ZONES if name == zone or name.endswith(f".{zone}")), "")


@dataclass(frozen=True)
class Records:
    """The file of records under ``home``."""

    path: Path

    @staticmethod
    def of(home: Path) -> Records:
        return Records(home / "demo-dns.json")

    def all(self) -> list[Record]:
        try:
            found = json.loads(self.path.read_text())
        except FileNotFoundError:
            return []
        return [Record(**values) for values in found]

    def add(self, record: Record) -> None:
        """Add it; the same record with another time to live replaces the old one.

        Raises:
            RecordRefused: a CNAME beside other records (RFC 1034 3.6.2).
        """
        with self._locked():
            others = [old for old in self.all() if (old.name, old.type, old.value) != _key(record)]
            here = [old for old in others if old.name == record.name]
            if here and "CNAME" in {record.type, *(old.type for old in here)}:
                raise RecordRefused(f"{here[0]} is there; beside a CNAME record no other can stand. Remove it first.")
            self._write([*others, record])

    def remove(self, name: str, type: str = "", value: str = "") -> list[Record]:
        """Remove the records of the name, or those of that type and value. Returns them."""
        wanted = (name.lower().rstrip("."), type.upper(), value.rstrip("."))
        with self._locked():
            before = self.all()
            gone = [record for record in before if _is_meant(record, *wanted)]
            self._write([record for record in before if record not in gone])
        return gone

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, records: Iterable[Record]) -> None:
        """Replace the file at once: the server reads the old one or the new one."""
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".demo-dns-")
        with os.fdopen(descriptor, "w") as file:
            json.dump([asdict(record) for record in records], file, indent=1)
        Path(temporary).replace(self.path)


def _key(record: Record) -> tuple[str, str, str]:
    return record.name, record.type, record.value


def _is_meant(record: Record, name: str, type: str, value: str) -> bool:
    return record.name == name and type in {"", record.type} and value in {"", record.value}


def _refuse_unreadable(record: Record) -> None:
    try:
        record.wire().pack(DNSBuffer())
    except Exception as wrong:
        raise RecordRefused(f"{record.value} is not the value of a record of type {record.type}.") from wrong


def _zone_text(record: Record) -> str:
    """The value in the form of a zone file: names end in a dot, texts stand in quotation marks of 255 bytes each."""
    if record.type == "CNAME":
        return f"{record.value}."
    if record.type != "TXT":
        return record.value
    text = record.value.replace("\\", "\\\\").replace('"', '\\"')
    return " ".join(f'"{text[begin : begin + 200]}"' for begin in range(0, max(len(text), 1), 200))
