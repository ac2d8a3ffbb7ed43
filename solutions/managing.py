"""Installing, retrying, upgrading, importing again and uninstalling, asked for by somebody: one run at a time in each
organization, planned before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.errors import Conflict
from core.models import User
from operations.models import Operation
from operations.services import Resource, operation_cancel, operation_start
from organizations.models import Organization
from organizations.policy import Action, require
from portals.models import Portal
from solutions.bookkeeping import install_of
from solutions.catalog import Package, packages
from solutions.errors import ImportRunning, SolutionInUse, SolutionsBusy, SolutionUnknown, SolutionWrongState
from solutions.extension import extension_require, extensions_for, option_of
from solutions.live import Installed, installed_solutions
from solutions.models import SolutionInstall
from solutions.plan import RESOURCE, WORKFLOW, Kind, Plan, plan_make
from solutions.removal import portals_made_of
from solutions.running import running_in
from solutions.versions import version_reaches

BUSY = "Solutions are being installed in {organization}: {what}. Try again when that has finished."
NOT_FAILED = "{solution} did not fail in {organization}: there is nothing to retry."
NOT_INSTALLED = "{solution} is not installed in {organization}."
NOT_OLDER = "{solution} {version} is the latest version there is."
CANNOT_STOP = (
    "The organization is importing {solution}, and an import cannot be stopped half-way. Wait until it has ended."
)


def solution_plan(
    *, organization: Organization, unique_name: str, kind: Kind, there: Installed, with_dependents: bool = False
) -> Plan:
    """What a request would do and what stands in its way. It changes nothing.

    Args:
        there: what is installed, as :func:`solutions.live.installed_solutions` says.

    Raises:
        SolutionUnknown, CircularDependency.
    """
    solution_named(unique_name)
    plan = plan_make(kind, unique_name, there, with_dependents=with_dependents)
    if kind is not Kind.UNINSTALL:
        return plan
    made = (portals_made_of(organization, move.package.unique_name) for move in plan.moves)
    return replace(plan, portals=tuple(dict.fromkeys(name for names in made for name in names)))


def solution_install(
    *, actor: User, organization: Organization, unique_name: str, portal: Portal | None = None
) -> Operation:
    """Install the package with what it needs of ours. What only others bring must be there, or the run fails.

    Args:
        portal: a provisioned portal that gets the package as its extension, content included.

    Raises:
        NotAllowed, SolutionUnknown, CircularDependency, OrganizationUnavailable, OrganizationRefused.
        SolutionsBusy: ``solutions:installing``.
        SolutionWrongState: the package is no extension that the portal could have.
    """

    def check(package: Package, there: Installed) -> None:
        if portal is not None:
            extension_require(organization, portal, unique_name)

    return _start(actor, organization, unique_name, Kind.INSTALL, check=check, portal=portal)


def solution_retry(*, actor: User, organization: Organization, unique_name: str) -> Operation:
    """Try an installation again that failed; portals that stopped at it go on by themselves afterwards.

    Raises:
        As :func:`solution_install`; SolutionWrongState: it did not fail.
    """

    def check(package: Package, there: Installed) -> None:
        failed = SolutionInstall.objects.filter(organization=organization, unique_name=package.unique_name)
        if not failed.filter(status__in=(Status.INSTALL_FAILED, Status.INSTALLING)).exists():
            raise SolutionWrongState(NOT_FAILED.format(solution=package.title, organization=organization))

    portal = _extended_before(organization, unique_name)
    return _start(actor, organization, unique_name, Kind.RETRY, check=check, portal=portal)


def solution_upgrade(*, actor: User, organization: Organization, unique_name: str) -> Operation:
    """Bring an installed package to our version; what the new version no longer has goes.

    Raises:
        As :func:`solution_install`; SolutionWrongState: it is not installed, or in this version already.
    """

    def check(package: Package, there: Installed) -> None:
        version = _installed_version(organization, package, there)
        if version_reaches(version, package.version):
            raise SolutionWrongState(NOT_OLDER.format(solution=package.title, version=version))

    return _start(actor, organization, unique_name, Kind.UPGRADE, check=check)


def solution_reimport(*, actor: User, organization: Organization, unique_name: str) -> Operation:
    """Import an installed package once more in the same version: what people changed stays, what is missing comes.

    Raises:
        As :func:`solution_install`; SolutionWrongState: it is not installed in our version.
    """

    def check(package: Package, there: Installed) -> None:
        _installed_version(organization, package, there)

    return _start(actor, organization, unique_name, Kind.REIMPORT, check=check)


def solution_uninstall(
    *, actor: User, organization: Organization, unique_name: str, with_dependents: bool = False
) -> Operation:
    """Uninstall the package. While others need it the organization refuses (0x8004f01f), and the run says who.

    Args:
        with_dependents: uninstall first, in the right order, what needs it.

    Raises:
        As :func:`solution_install`; SolutionWrongState: it is not installed; SolutionInUse: portals are made of it.
    """

    def check(package: Package, there: Installed) -> None:
        _installed_version(organization, package, there)

    return _start(actor, organization, unique_name, Kind.UNINSTALL, check=check, with_dependents=with_dependents)


def solutions_cancel(*, actor: User, organization: Organization) -> Operation:
    """Stop the organization's run before its next solution.

    Raises:
        NotAllowed.
        SolutionWrongState: there is no run.
        ImportRunning: the organization is in the middle of an import.
    """
    require(actor, Action.SOLUTION_INSTALL, organization.pk)
    run = running_in(organization.pk).own
    if run is None:
        raise SolutionWrongState("Nothing is running.")
    importing = SolutionInstall.objects.of_organization(organization.pk).installing().first()
    if importing is not None:
        raise ImportRunning(CANNOT_STOP.format(solution=solution_named(importing.unique_name).title))
    operation_cancel(actor=actor, operation_id=run.pk)
    return run


def solution_named(unique_name: str) -> Package:
    """Our package of that name.

    Raises:
        SolutionUnknown: ``solutions:unknown``.
    """
    if unique_name not in packages():
        raise SolutionUnknown("There is no such solution.")
    return packages()[unique_name]


Status = SolutionInstall.Status
Check = Callable[[Package, Installed], None]


def _start(
    actor: User,
    organization: Organization,
    unique_name: str,
    kind: Kind,
    *,
    check: Check | None = None,
    with_dependents: bool = False,
    portal: Portal | None = None,
) -> Operation:
    require(actor, Action.SOLUTION_INSTALL, organization.pk)
    package = solution_named(unique_name)
    _require_quiet(organization)
    there = installed_solutions(organization)
    if check:
        check(package, there)
    plan = solution_plan(
        organization=organization, unique_name=unique_name, kind=kind, there=there, with_dependents=with_dependents
    )
    if plan.portals and not plan.dependents:
        raise SolutionInUse(package.title, plan.portals)
    return _write(actor, organization, plan, portal)


def _write(actor: User, organization: Organization, plan: Plan, portal: Portal | None) -> Operation:
    label = f"{plan.kind.word} {plan.package.title} in {organization}"
    extends = {"portal": str(portal.pk)} if portal else {}
    install_of(organization, plan.package.unique_name)  # what its end will be written to
    try:
        return operation_start(
            actor=actor,
            workflow=WORKFLOW,
            resource=Resource(RESOURCE, organization.pk, label, organization.pk),
            plan=plan.steps(organization.name, portal.name if portal else ""),
            input={"kind": plan.kind.value, "unique_name": plan.package.unique_name, **extends},
        )
    except Conflict as busy:
        raise SolutionsBusy(BUSY.format(organization=organization, what=label)) from busy


def _extended_before(organization: Organization, unique_name: str) -> Portal | None:
    """The portal that the failed attempt was for, if it was for one and has not got it since."""
    runs = Operation.objects.of_resource(RESOURCE, organization.pk).filter(input__unique_name=unique_name)
    latest = runs.first()
    asked = latest.input.get("portal") if latest else None
    portal = Portal.objects.filter(pk=asked, state=Portal.State.PROVISIONED).first() if asked else None
    return portal if portal and option_of(unique_name) in extensions_for(portal) else None


def _require_quiet(organization: Organization) -> None:
    running = running_in(organization.pk)
    if running.runs:
        raise SolutionsBusy(BUSY.format(organization=organization, what=running.label))


def _installed_version(organization: Organization, package: Package, there: Installed) -> str:
    version = there.get(package.unique_name.casefold())
    if version is None:
        raise SolutionWrongState(NOT_INSTALLED.format(solution=package.title, organization=organization))
    return version
