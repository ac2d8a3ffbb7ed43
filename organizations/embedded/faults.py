"""The fault switch: makes an embedded organization do wrong on purpose, so that failures can be tried."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from organizations.embedded.errors import DataverseError
from organizations.embedded.models import EmbeddedOrganization, Fault, Link, rows_in

LONGEST_HANG = 300.0
_SHOWN = (
    *("kind", "method", "path", "status", "code", "message", "retry_after", "seconds"),
    *("solution", "user", "role"),
)
_FIELDS = frozenset({*_SHOWN, "times"})


class FaultWrong(Exception):
    """A rule that makes no sense; the text says why."""


@transaction.atomic
def fault_add(tenant: EmbeddedOrganization, told: Mapping[str, Any]) -> Fault:
    """Add a rule (docs/how-to/try-failures.md names its fields).

    Raises:
        FaultWrong: the rule makes no sense.
    """
    unknown = told.keys() - _FIELDS
    if unknown:
        raise FaultWrong(f"There is no field {sorted(unknown)[0]!r}.")
    values = {name: value for name, value in told.items() if value is not None}
    if "times" in values:
        values["remaining"] = values.pop("times")
    fault = Fault(tenant=tenant, **values)
    _check(fault)
    if fault.kind == Fault.Kind.DROP_ROLE:
        _drop_role(fault)
    fault.save()
    return fault


@transaction.atomic
def faults_clear(tenant: EmbeddedOrganization) -> int:
    """Take all rules away and give dropped roles back; says how many rules there were."""
    faults = list(tenant.faults.select_for_update())
    for fault in faults:
        if fault.kind == Fault.Kind.DROP_ROLE:
            _give_back(fault)
    tenant.faults.all().delete()
    return len(faults)


def fault_as_json(fault: Fault) -> dict[str, Any]:
    """A rule as the switch's address shows it."""
    shown = {name: getattr(fault, name) for name in _SHOWN if getattr(fault, name) not in ("", None, 0)}
    return {"id": str(fault.pk), **shown, "remaining": fault.remaining}


def faults_exist(tenant: EmbeddedOrganization) -> bool:
    """Whether any rule could do something to a request."""
    return tenant.faults.filter(kind__in=(Fault.Kind.HANG, Fault.Kind.ANSWER)).exists()


def faults_apply(tenant: EmbeddedOrganization, method: str, path: str) -> None:
    """Do to this request what the rules say.

    Raises:
        DataverseError: a rule answers it.
    """
    for fault in tenant.faults.filter(kind__in=(Fault.Kind.HANG, Fault.Kind.ANSWER)):
        if fault.method not in ("", method) or not path.startswith(fault.path) or not _use(fault):
            continue
        if fault.kind == Fault.Kind.HANG:
            time.sleep(fault.seconds)
            continue
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        raise DataverseError(fault.status, fault.code or "0x80040216", fault.message or _UNEXPECTED, headers=headers)


def import_fault(tenant: EmbeddedOrganization, solution: str, kind: Fault.Kind) -> DataverseError | None:
    """The error that a rule has for the import of this solution, used up once more; None where there is no rule."""
    for fault in tenant.faults.filter(Q(solution="") | Q(solution__iexact=solution), kind=kind):
        if _use(fault):
            return DataverseError(400, fault.code or "0x80048033", fault.message or _IMPORT_FAILED)
    return None


_UNEXPECTED = "An unexpected error occurred."
_IMPORT_FAILED = "Solution import failed: the fault switch of this organization is on."


def _use(fault: Fault) -> bool:
    """Whether the rule still holds; one time less is left. Of two requests at once, only one gets the last time."""
    if fault.remaining is None:
        return True
    return bool(Fault.objects.filter(pk=fault.pk, remaining__gt=0).update(remaining=F("remaining") - 1))


def _check(fault: Fault) -> None:
    if fault.kind not in Fault.Kind.values:
        raise FaultWrong(f"The kind is one of {', '.join(Fault.Kind.values)}.")
    wrong = {
        "status": not isinstance(fault.status, int) or not 400 <= fault.status <= 599,
        "retry_after": fault.retry_after is not None and not _is_count(fault.retry_after),
        "seconds": not isinstance(fault.seconds, int | float) or not 0 <= fault.seconds <= LONGEST_HANG,
        "times": fault.remaining is not None and (not _is_count(fault.remaining) or fault.remaining == 0),
    }
    wrong |= {name: not isinstance(getattr(fault, name), str) for name in ("method", "path", "code", "message")}
    wrong |= {name: not isinstance(getattr(fault, name), str) for name in ("solution", "user", "role")}
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise FaultWrong(f"The value of {name!r} is not allowed.")
    if fault.kind == Fault.Kind.HANG and not fault.seconds:
        raise FaultWrong("To hang, say for how many 'seconds'.")
    if fault.kind == Fault.Kind.DROP_ROLE and not (fault.user and fault.role):
        raise FaultWrong("To drop a role, name the 'user' (e-mail address) and the 'role'.")
    fault.method = fault.method.upper()


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _role_links(fault: Fault) -> tuple[QuerySet[Any], list[Any]]:
    users = rows_in(fault.tenant, "systemuser").filter(internalemailaddress__iexact=fault.user)
    roles = rows_in(fault.tenant, "role").filter(name__iexact=fault.role)
    pairs = [(user.systemuserid, role.roleid) for user in users for role in roles]
    return Link.objects.filter(tenant=fault.tenant, relationship="systemuserroles_association"), pairs


def _drop_role(fault: Fault) -> None:
    links, pairs = _role_links(fault)
    dropped = sum(links.filter(first=user, second=role).delete()[0] for user, role in pairs)
    if not dropped:
        raise FaultWrong(f"{fault.user} does not hold the role {fault.role!r}.")


def _give_back(fault: Fault) -> None:
    links, pairs = _role_links(fault)
    for user, role in pairs:
        links.get_or_create(tenant=fault.tenant, relationship="systemuserroles_association", first=user, second=role)
