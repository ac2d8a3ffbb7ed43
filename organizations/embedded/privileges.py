"""Privileges: an operation on a table, how deep each role has it, and what the platform calls it."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from pathlib import Path

from organizations.client.values import (
    CUSTOMER_SERVICE_REPRESENTATIVE,
    SYSTEM_ADMINISTRATOR,
    SYSTEM_CUSTOMIZER,
)
from organizations.embedded.registry import TABLES, Table

TEMPLATES: Mapping[str, uuid.UUID] = {
    "System Administrator": SYSTEM_ADMINISTRATOR,
    "System Customizer": SYSTEM_CUSTOMIZER,
    "Customer Service Representative": CUSTOMER_SERVICE_REPRESENTATIVE,
}


class Privilege(StrEnum):
    """An operation on a table; ``prvReadContact`` is READ on contact."""

    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    APPEND = "append"
    APPEND_TO = "appendto"

    @property
    def title(self) -> str:  # type: ignore[override]  # not str.title: a privilege's own
        return "AppendTo" if self is Privilege.APPEND_TO else self.value.capitalize()


class Depth(IntEnum):
    """Whose rows a privilege reaches, as the platform numbers it."""

    USER = 1
    UNIT = 2
    UNITS_BELOW = 4
    ORGANIZATION = 8


def privilege_name(table: Table, privilege: Privilege) -> str:
    return f"prv{privilege.title}{table.schema_name}"


def privilege_id(table: Table, privilege: Privilege) -> uuid.UUID:
    """The same in every organization, as on the platform."""
    return uuid.uuid5(uuid.NAMESPACE_OID, privilege_name(table, privilege))


_WORDS = {"user": Depth.USER, "unit": Depth.UNIT, "units_below": Depth.UNITS_BELOW, "organization": Depth.ORGANIZATION}


def _depths() -> dict[tuple[uuid.UUID, str, Privilege], Depth]:
    """Read from privileges.csv: a line of a table comes before one of its kind, that before ``*``."""
    found: dict[tuple[uuid.UUID, str, Privilege], Depth] = {}
    with (Path(__file__).parent / "registry" / "privileges.csv").open(newline="", encoding="utf-8") as file:
        lines = {(line["role"], line["tables"]): line for line in csv.DictReader(file)}
    for role, template in TEMPLATES.items():
        for table in TABLES.values():
            line = lines.get((role, table.name)) or lines.get((role, table.kind)) or lines.get((role, "*")) or {}
            for privilege in Privilege:
                if word := line.get(privilege):
                    found[template, table.name, privilege] = _WORDS[word]
    return found


DEPTHS: Mapping[tuple[uuid.UUID, str, Privilege], Depth] = _depths()
