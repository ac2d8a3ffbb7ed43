"""People, an instance as it was last read, and portals in every state, for tests of pages: nothing answers there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils import timezone

from core.models import User
from core.sealed import secret_seal
from operations.models import Operation, OperationEvent, OperationStep
from operations.workflow import plan_as_json
from organizations.models import Organization, OrganizationLanguage, OrganizationUser, Role, RoleAssignment
from portals.models import Portal, PortalEvent
from provisioning.models import ProvisioningRequest
from provisioning.plan import INSTALL, RESOURCE, WORKFLOW, provisioning_plan
from tests.builders.portals import portal_row

SILENT = "http://127.0.0.1:9"  # nobody listens there: refused at once


@dataclass(frozen=True)
class Cast:
    """Alice (system administrator), Bob (customizer), Charlie (stranger), and the two of the tenant."""

    contoso: Organization
    alice: User
    bob: User
    charlie: User
    global_admin: User
    service_admin: User


def instance(name: str = "Contoso", *, languages: tuple[int, ...] = (1033, 1031, 1037)) -> Organization:
    """An instance with two system administrators, a customizer and these languages, as it was last read."""
    slug = name.lower().replace(" ", "-")
    made = Organization.objects.create(
        unique_name=slug,
        name=name,
        url=f"{SILENT}/org/{slug}",
        authority=f"{SILENT}/org/{slug}",
        client_id="00000000-0000-0000-0000-000000000001",
        refreshed_at=timezone.now(),
    )
    made.client_secret = secret_seal("secret", row=made.seal_row)
    made.save()
    for lcid in languages:
        OrganizationLanguage.objects.create(organization=made, lcid=lcid)
    administrator(made, "Jay Hamlin", f"jay@{slug}.example")
    administrator(made, "Mia Marin", f"mia@{slug}.example")
    OrganizationUser.objects.create(
        organization=made, name="Ben Adams", email=f"ben@{slug}.example", is_system_customizer=True
    )
    return made


def administrator(organization: Organization, name: str, email: str) -> OrganizationUser:
    """A user of the instance who may be chosen as portal administrator."""
    return OrganizationUser.objects.create(
        organization=organization,
        name=name,
        email=email,
        is_system_administrator=True,
        role_names=["System Administrator"],
    )


def person(name: str, role: Role | None = None, organization: Organization | None = None) -> User:
    """An account without a password (hashing one takes a while), with a role where one is given."""
    user = User.objects.create_user(f"{name.lower()}@contoso.example", name=name)
    if role:
        RoleAssignment.objects.create(user=user, role=role, organization=organization)
    return user


def cast(organization: Organization | None = None) -> Cast:
    """Everybody, around one instance."""
    contoso = organization or instance()
    return Cast(
        contoso=contoso,
        alice=person("Alice", Role.SYSTEM_ADMINISTRATOR, contoso),
        bob=person("Bob", Role.SYSTEM_CUSTOMIZER, contoso),
        charlie=person("Charlie"),
        global_admin=person("Gloria", Role.GLOBAL_ADMINISTRATOR),
        service_admin=person("Sergio", Role.SERVICE_ADMINISTRATOR),
    )


def portal_running(organization: Organization, *, done: int = 4, **changes: object) -> Portal:
    """A portal whose run is at step ``done``."""
    portal = portal_row(organization, state=Portal.State.CONFIGURING, **changes)
    operation = _operation(portal, done)
    Operation.objects.filter(pk=operation.pk).update(step_started_at=timezone.now(), lease_until=timezone.now())
    return portal


def step_done(portal: Portal) -> None:
    """The portal's run ends the step it is at."""
    operation = Operation.objects.get(resource_id=portal.pk)
    _step(operation, operation.step, OperationStep.Status.DONE, "")
    Operation.objects.filter(pk=operation.pk).update(step=operation.step + 1, step_started_at=timezone.now())


def portal_failed(organization: Organization, *, done: int = 5, actor: User | None = None, **changes: object) -> Portal:
    """A portal whose run stopped at the first step after ``done`` with a missing prerequisite."""
    portal = portal_row(organization, state=Portal.State.PROVISIONING_FAILED, **changes)
    operation = _operation(portal, done, actor=actor)
    said = "Partner Field Service needs Field Service, which is not installed in Contoso."
    _step(operation, done, OperationStep.Status.FAILED, said)
    error = {"code": "solutions:prerequisite-missing", "message": said, "step": done, "context": {}}
    Operation.objects.filter(pk=operation.pk).update(
        status=Operation.Status.FAILED, error=error, finished_at=timezone.now()
    )
    return portal


def portal_ready(organization: Organization, **changes: object) -> Portal:
    """A provisioned portal with its run and history."""
    portal = portal_row(organization, **changes)
    operation = _operation(portal, len(provisioning_plan(portal)))
    Operation.objects.filter(pk=operation.pk).update(
        status=Operation.Status.SUCCEEDED, finished_at=timezone.now(), step=len(operation.plan)
    )
    PortalEvent.objects.create(portal=portal, code="portals:created", to_state="configuring")
    PortalEvent.objects.create(portal=portal, code="portals:moved", from_state="configuring", to_state="provisioned")
    return portal


def _operation(portal: Portal, done: int, *, actor: User | None = None) -> Operation:
    plan = provisioning_plan(portal)
    operation = Operation.objects.create(
        workflow=WORKFLOW,
        status=Operation.Status.RUNNING,
        resource_type=RESOURCE,
        resource_id=portal.pk,
        resource_label=portal.name,
        organization_id=portal.organization_id,
        plan=plan_as_json(plan),
        step=done,
        started_at=timezone.now(),
    )
    for position in range(done):
        _step(operation, position, OperationStep.Status.DONE, "")
    ProvisioningRequest.objects.create(
        portal=portal,
        operation=operation,
        values={},
        submitted_by=actor,
        terms_version="1",
        terms_sha256="0" * 64,
        terms_accepted_at=timezone.now(),
        form_token=uuid.uuid4(),
    )
    return operation


def _step(operation: Operation, position: int, status: OperationStep.Status, message: str) -> None:
    now = timezone.now()
    planned = operation.plan[position]
    OperationStep.objects.create(
        operation=operation,
        position=position,
        name=planned["name"],
        status=status,
        token=1,
        message=message,
        started_at=now,
        finished_at=now,
    )
    if planned["name"] == INSTALL:
        kind = OperationEvent.Kind.FAILED if status == OperationStep.Status.FAILED else OperationEvent.Kind.LOG
        said = message or f"{planned['title']}: staged, imported, looked at"
        OperationEvent.objects.create(operation=operation, at=now, kind=kind, position=position, message=said)
