"""Columns the organization fills in itself: names made of parts, numbers, the status that belongs to a state."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from organizations.embedded.errors import value_out_of_range
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.registry import Table

Values = Mapping[str, Any]
# statecode -> its default status reason, where that is not the first one listed for the state
_DEFAULT_STATUS = {"knowledgearticle": {0: 2}}
# Stored columns that for_update looks at
READ = frozenset({"statecode", "statuscode", "firstname", "middlename", "lastname", "ownerid"})
_NAMED_BY_PARTS = frozenset({"contact", "lead", "systemuser"})
_NUMBERED = {"incident": "ticketnumber", "knowledgearticle": "articlepublicnumber"}


def for_create(tenant: EmbeddedOrganization, table: Table, given: Values) -> dict[str, Any]:
    """What a new row gets beside the given values."""
    made = _state(table, {"statecode": 0, **_present(given)}, given) if table.has_state else {}
    if table.name == "knowledgearticle":
        made |= {"isrootarticle": False, "islatestversion": True, "knowledgearticleviews": 0}
        made |= {name: value for name, value in _ARTICLE.items() if given.get(name) is None}
    if table.name == "incident":
        made |= {name: value for name, value in _CASE.items() if given.get(name) is None}
    number = _NUMBERED.get(table.name)
    if number and not given.get(number):
        made[number] = _next_number(tenant, table)
    return made | for_update(table, given, {})


def for_update(table: Table, given: Values, stored: Values) -> dict[str, Any]:
    """What changes with the given values."""
    made: dict[str, Any] = {}
    if table.has_state and stored and given.keys() & {"statecode", "statuscode"}:
        made |= _state(table, {**stored, **given}, given)
    if table.name in _NAMED_BY_PARTS and (not stored or given.keys() & {"firstname", "lastname", "middlename"}):
        parts = {**stored, **given}
        names = (parts.get(part) for part in ("firstname", "middlename", "lastname"))
        made["fullname"] = " ".join(filter(None, names)) or None
    return made


_ARTICLE = {"isinternal": False, "majorversionnumber": 1, "minorversionnumber": 0}
_CASE = {"prioritycode": 2, "caseorigincode": 3}


def _present(given: Values) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _state(table: Table, row: Values, given: Values) -> dict[str, Any]:
    """State and status reason that fit together.

    Raises:
        DataverseError: 400, the status reason belongs to another state.
    """
    reasons = table.columns["statuscode"].choices
    status = given.get("statuscode")
    if given.get("statecode") is None and status is not None:
        return {"statecode": reasons[status].state, "statuscode": status}
    state = row["statecode"]
    if status is None:
        first = next(choice.value for choice in reasons.values() if choice.state == state)
        status = _DEFAULT_STATUS.get(table.name, {}).get(state, first)
    if reasons[status].state != state:
        raise value_out_of_range(table, "statuscode", status)
    return {"statecode": state, "statuscode": status}


def _next_number(tenant: EmbeddedOrganization, table: Table) -> str:
    EmbeddedOrganization.objects.filter(pk=tenant.pk).update(next_number=F("next_number") + 1)
    number = EmbeddedOrganization.objects.values_list("next_number", flat=True).get(pk=tenant.pk)
    letters = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(6))
    return f"CAS-{number:05d}-{letters}" if table.name == "incident" else f"KA-{number:05d}"
