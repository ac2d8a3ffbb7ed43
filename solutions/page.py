"""What the Solutions pages show of one organization: rows with what can be done, the run under way, one in detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from core.errors import Unavailable
from core.models import User
from operations.models import Operation
from operations.progress import Progress, operation_progress
from organizations.client import organization_client
from organizations.models import Organization
from organizations.policy import INSTALL_DENIED, Action, may
from portals.models import Portal
from solutions.attempts import Attempt, attempts_at
from solutions.graph import removal_order
from solutions.inventory import SolutionStatus, SolutionView, solutions_seen
from solutions.language import language_hint, language_problem
from solutions.live import Installed, live_look
from solutions.plan import Kind
from solutions.removal import portals_made_of
from solutions.running import Running, running_in

BUSY = "Solutions are being installed: {what}. Wait until that has finished."
AWAY = "The instance does not answer now. What is shown is what was last known here."
OPERATIONS = {0: "Import", 1: "Uninstall", 2: "Export", 3: "Publish", 5: "Language provision", 6: "Import translation"}
HISTORY_SHOWN = 10

# What comes first in the list: what needs somebody, then what is under way.
_ORDER = (SolutionStatus.INSTALL_FAILED, SolutionStatus.INSTALLING, SolutionStatus.UNINSTALLING)
_OFFERED = {
    SolutionStatus.NOT_INSTALLED: Kind.INSTALL,
    SolutionStatus.INSTALL_FAILED: Kind.RETRY,
    SolutionStatus.UPGRADE_AVAILABLE: Kind.UPGRADE,
}


@dataclass(frozen=True)
class SolutionRow:
    """A row of the list. ``offer`` is what can be done with it first, or None."""

    view: SolutionView
    offer: Kind | None

    @property
    def missing(self) -> list[str]:
        return [need.title for need in self.view.prerequisites if not need.met]


@dataclass(frozen=True)
class SolutionsPage:
    """Everything about an organization's solutions at one moment."""

    organization: Organization
    rows: tuple[SolutionRow, ...]
    running: Running
    run: Operation | None
    progress: Progress | None
    why_not: str
    language_problem: str
    is_away: bool

    @property
    def is_running(self) -> bool:
        return bool(self.running.runs)

    @property
    def announcement(self) -> str:
        """Said when the step changes, and only then."""
        current = self.progress.current if self.progress else None
        return current.title if current else f"Solutions of {self.organization.name}"


@dataclass(frozen=True)
class Detail:
    """One solution with everything that is known about it."""

    page: SolutionsPage
    row: SolutionRow
    attempts: tuple[Attempt, ...]
    history: tuple[dict[str, Any], ...]
    dependents: tuple[str, ...]
    portals: tuple[str, ...]
    language_hints: tuple[str, ...]

    @property
    def why_not_uninstall(self) -> str:
        """Why it cannot be taken away alone; "" where it can."""
        if self.page.why_not:
            return self.page.why_not
        if self.portals:
            return f"It is part of {', '.join(self.portals)}."
        return ""


def solutions_page(actor: User, organization: Organization) -> SolutionsPage:
    """The list. One brief call to the organization, and six or seven queries."""
    return _page(actor, organization, *_seen(organization))


def solution_detail(actor: User, organization: Organization, unique_name: str) -> Detail:
    """One solution. Two brief calls to the organization."""
    running, there = _seen(organization)
    page = _page(actor, organization, running, there)
    row = next(row for row in page.rows if row.view.unique_name == unique_name)
    dependents = removal_order(unique_name, there or {})[:-1] if row.view.is_installed else ()
    return Detail(
        page=page,
        row=row,
        attempts=attempts_at(organization.pk, unique_name),
        history=() if there is None else _history(organization, unique_name),
        dependents=tuple(package.title for package in dependents),
        portals=portals_made_of(organization, unique_name),
        language_hints=_hints(organization, unique_name),
    )


def _seen(organization: Organization) -> tuple[Running, Installed | None]:
    """What runs, and what is there. A run that ends during the look counts as running, so that its end is looked at
    again; one that begins during it has marked its solution already, which would read as an import that was left."""
    running = running_in(organization.pk)
    there = live_look(organization)
    return running if running.runs else running_in(organization.pk), there


def _page(actor: User, organization: Organization, running: Running, there: Installed | None) -> SolutionsPage:
    views = solutions_seen(organization, there, running)
    run = running.own
    return SolutionsPage(
        organization=organization,
        rows=tuple(SolutionRow(view, _OFFERED.get(SolutionStatus(view.status))) for view in _sorted(views)),
        running=running,
        run=run,
        progress=operation_progress(run) if run else None,
        why_not=_why_not(actor, organization, running),
        language_problem=language_problem(organization),
        is_away=there is None,
    )


def _sorted(views: Sequence[SolutionView]) -> list[SolutionView]:
    rank = {status: at for at, status in enumerate(_ORDER)}
    return sorted(views, key=lambda view: (rank.get(SolutionStatus(view.status), len(_ORDER)), view.title.casefold()))


def _why_not(actor: User, organization: Organization, running: Running) -> str:
    if not may(actor, Action.SOLUTION_INSTALL, organization.pk):
        return INSTALL_DENIED
    return BUSY.format(what=running.label) if running.runs else ""


def _hints(organization: Organization, unique_name: str) -> tuple[str, ...]:
    """The language rule for portals that wait for this solution in another language than the default one."""
    failed = Portal.objects.filter(organization=organization, state=Portal.State.PROVISIONING_FAILED)
    names = set(portals_made_of(organization, unique_name))
    hints = (language_hint(organization, portal.language) for portal in failed if portal.name in names)
    return tuple(dict.fromkeys(hint for hint in hints if hint))


def _history(organization: Organization, unique_name: str) -> tuple[dict[str, Any], ...]:
    """The organization's own history of it, newest first; nothing where it keeps none or does not answer."""
    columns = ("msdyn_operation", "msdyn_solutionversion", "msdyn_starttime", "msdyn_result", "msdyn_errorcode")
    try:
        with organization_client(organization) as client:
            rows = client.rows(
                "msdyn_solutionhistories",
                select=(*columns, "msdyn_exceptionmessage", "msdyn_status"),
                filter=f"msdyn_name eq '{unique_name}'",
                orderby="msdyn_starttime desc",
                top=HISTORY_SHOWN,
            )
            return tuple(_entry(row) for row in rows)
    except Unavailable:
        return ()


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    ended = row.get("msdyn_status") == 1
    return {
        "what": OPERATIONS.get(row.get("msdyn_operation") or 0, "Other"),
        "version": row.get("msdyn_solutionversion") or "",
        "began": parse_datetime(row.get("msdyn_starttime") or ""),
        "status": ("Succeeded" if row.get("msdyn_result") else "Failed") if ended else "Running",
        "message": row.get("msdyn_exceptionmessage") or "",
        "code": row.get("msdyn_errorcode") or "",
    }
