"""What would be done, and what stands in the way: worked out before anything is done, shown, and then carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from operations.workflow import StepPlan
from solutions.catalog import Package, Requirement
from solutions.graph import install_order, removal_order, requirement_met
from solutions.versions import version_key, version_reaches

WORKFLOW = "manage-solutions"
RESOURCE = "solutions"  # of an organization, whose id is the resource's: so there is one run at a time in each

CHECK = "check-solutions"
INSTALL = "install-solution"  # also a portal's run has steps of this name
UPGRADE = "upgrade-solution"
REIMPORT = "reimport-solution"
UNINSTALL = "uninstall-solution"
RESUME = "resume-portals"
EXTEND = "extend-portal"

IMPORTS = (INSTALL, UPGRADE, REIMPORT)

Installed = Mapping[str, str]  # versions by folded unique name


class Kind(StrEnum):
    """What is asked for; ``Retry`` is an installation that was tried before."""

    INSTALL = "install"
    RETRY = "retry"
    UPGRADE = "upgrade"
    REIMPORT = "reimport"
    UNINSTALL = "uninstall"

    @property
    def word(self) -> str:
        return {Kind.REIMPORT: "Import again"}.get(self, self.value.capitalize())


STEPS = {Kind.UPGRADE: UPGRADE, Kind.REIMPORT: REIMPORT, Kind.UNINSTALL: UNINSTALL}
VERBS = {INSTALL: "Install", UPGRADE: "Upgrade", REIMPORT: "Import again", UNINSTALL: "Uninstall"}


@dataclass(frozen=True)
class Move:
    """One solution and what happens to it. ``before`` is the installed version, or ""."""

    step: str
    package: Package
    before: str = ""

    @property
    def title(self) -> str:
        """ "Install Portal Base 9.2.1.0"."""
        version = self.before if self.step == UNINSTALL else self.package.version
        return f"{VERBS[self.step]} {self.package.title} {version}".strip()


@dataclass(frozen=True)
class Plan:
    """Everything that a request would do, in its order.

    Args:
        missing: what the package needs, directly, and the organization has not got (``blocking``: nor can we bring it).
        dependents: what must go first and is not part of the plan.
        portals: names of portals made of what would go.
    """

    kind: Kind
    package: Package
    moves: tuple[Move, ...]
    missing: tuple[Requirement, ...] = ()
    blocking: tuple[Requirement, ...] = ()
    dependents: tuple[Package, ...] = ()
    portals: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Titles of what must be installed first and cannot be brought, with what is missing beside it."""
        return tuple(dict.fromkeys(need.title for need in (*self.missing, *self.blocking))) if self.blocking else ()

    def steps(self, organization_name: str, portal_name: str = "") -> tuple[StepPlan, ...]:
        """The run's steps. ``portal_name``: of the portal that is extended, where one is."""
        name = self.package.unique_name
        done = tuple(StepPlan(move.step, move.title, move.package.unique_name) for move in self.moves)
        if self.kind is Kind.UNINSTALL:
            return (StepPlan(CHECK, f"Check {organization_name}: rights", name), *done)
        check = StepPlan(CHECK, f"Check {organization_name}: rights, default language and prerequisites", name)
        extend = (StepPlan(EXTEND, f"Bring its content to {portal_name}", name),) if portal_name else ()
        return (check, *done, *extend, StepPlan(RESUME, "Bring up the portals that were waiting"))


def plan_make(
    kind: Kind,
    unique_name: str,
    there: Installed,
    *,
    with_dependents: bool = False,
) -> Plan:
    """The plan of a request, by what is installed.

    Args:
        with_dependents: uninstall also what depends on it, first.

    Raises:
        KeyError: no package of ours has that name.
        CircularDependency.
    """
    order = install_order(unique_name)
    package = order[-1]
    if kind is Kind.UNINSTALL:
        return _uninstall(package, there, with_dependents)
    before = [move for one in order[:-1] if (move := _prerequisite(one, order, there))]
    own = Move(_own_step(kind, package, there), package, there.get(package.unique_name.casefold(), ""))
    return Plan(
        kind=kind,
        package=package,
        moves=(*before, own),
        missing=tuple(need for need in package.requires if not requirement_met(need, there)),
        blocking=_blocking(order, there),
    )


def _own_step(kind: Kind, package: Package, there: Installed) -> str:
    version = there.get(package.unique_name.casefold())
    is_older = version is not None and not version_reaches(version, package.version)
    return STEPS.get(kind) or (UPGRADE if is_older else INSTALL)


def _prerequisite(package: Package, order: tuple[Package, ...], there: Installed) -> Move | None:
    """What must happen to a prerequisite of ours: nothing where it is there in a version that everybody accepts."""
    version = there.get(package.unique_name.casefold())
    if version is None:
        return Move(INSTALL, package)
    needs = [need for one in order for need in one.requires if need.unique_name == package.unique_name]
    lowest = max((need.minimum for need in needs), key=version_key, default="")
    return None if version_reaches(version, lowest) else Move(UPGRADE, package, version)


def _blocking(order: tuple[Package, ...], there: Installed) -> tuple[Requirement, ...]:
    """What no package of ours brings, in a version that will do."""
    ours = {package.unique_name: package.version for package in order}
    wanted = (need for package in order for need in package.requires if not requirement_met(need, there))
    unmet = (need for need in wanted if not version_reaches(ours.get(need.unique_name, ""), need.minimum))
    return tuple(dict.fromkeys(unmet))


def _uninstall(package: Package, there: Installed, with_dependents: bool) -> Plan:
    *dependents, own = removal_order(package.unique_name, there)
    going = (*dependents, own) if with_dependents else (own,)
    return Plan(
        kind=Kind.UNINSTALL,
        package=package,
        moves=tuple(Move(UNINSTALL, one, there.get(one.unique_name.casefold(), "")) for one in going),
        dependents=() if with_dependents else tuple(dependents),
    )
