"""Pieces of Web API addresses and bodies."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def by_key(entity_set: str, key: Mapping[str, Any]) -> str:
    """A row by alternate key: ``accounts(accountnumber='A-1')``, percent-encoded."""
    return f"{entity_set}({','.join(f'{column}={_literal(value)}' for column, value in key.items())})"


def of_type(logical_name: str) -> dict[str, str]:
    """What every target of a bulk message carries."""
    return {"@odata.type": f"Microsoft.Dynamics.CRM.{logical_name}"}


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | uuid.UUID):
        return str(value)
    return "'" + quote(str(value).replace("'", "''"), safe="'") + "'"
