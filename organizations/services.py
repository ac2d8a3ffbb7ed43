"""Registering organizations, and reading them: languages, users, solutions, and the roles of accounts that follow."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Conflict, InvalidValue
from core.models import User
from core.sealed import secret_seal
from organizations.assignments import assignments_follow
from organizations.certificates import ClientCertificate
from organizations.client import InstalledSolution, SystemUser, organization_client
from organizations.errors import OrganizationProblem
from organizations.models import (
    Organization,
    OrganizationLanguage,
    OrganizationSolution,
    OrganizationUser,
    Role,
)
from organizations.policy import Action, require
from organizations.snapshot import Snapshot, roles_of, snapshot_take


def organization_register(
    *,
    actor: User | None,
    unique_name: str,
    name: str,
    url: str,
    authority: str,
    client_id: str,
    client_secret: str = "",
    certificate: ClientCertificate | None = None,
) -> Organization:
    """Make an organization known and read it for the first time; one that cannot be read is not registered.

    Args:
        actor: None where the installation itself registers (demo data).
        url: base URL of the organization, https.
        authority: OpenID Connect authority: ``https://login.microsoftonline.com/<tenant>`` or the embedded one's.
        certificate: instead of the secret.

    Raises:
        NotAllowed, InvalidValue, Conflict: ``organizations:known``.
        OrganizationUnavailable, OrganizationRefused: it does not answer, or does not let us in.
    """
    if actor is not None:
        require(actor, Action.ORGANIZATION_REGISTER)
    organization = Organization(
        unique_name=unique_name,
        name=name,
        url=https_address("url", url),
        authority=https_address("authority", authority),
        client_id=client_id,
    )
    credentials_seal(organization, client_secret=client_secret, certificate=certificate)
    found = _read(organization)  # before anything is written
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
            _write(organization, found)
    except IntegrityError as known:
        raise Conflict("This organization is registered already.", code="organizations:known") from known
    return organization


def credentials_seal(
    organization: Organization, *, client_secret: str = "", certificate: ClientCertificate | None = None
) -> None:
    """Put new credentials into the row, sealed; the old ones go. It is not saved."""
    row = organization.seal_row
    organization.client_secret = secret_seal(client_secret, row=row) if client_secret else ""
    organization.client_certificate = secret_seal(certificate.pem, row=row) if certificate else ""
    organization.certificate_expires_at = certificate.expires_at if certificate else None


def organization_refresh(*, organization_id: uuid.UUID) -> Organization:
    """Read languages, users, roles and solutions anew. A failure is kept on the row and raised.

    Raises:
        OrganizationUnavailable, OrganizationRefused
        Organization.DoesNotExist
    """
    organization = Organization.objects.get(pk=organization_id)
    try:
        found = _read(organization)
    except OrganizationProblem as problem:
        told = {"code": problem.code, "message": problem.message}
        Organization.objects.filter(pk=organization.pk).update(refresh_error=told)
        raise
    with transaction.atomic():
        _write(Organization.objects.select_for_update().get(pk=organization.pk), found)
    organization.refresh_from_db()
    return organization


def _read(organization: Organization) -> Snapshot:
    with organization_client(organization) as client:
        return snapshot_take(client)


def _write(organization: Organization, found: Snapshot) -> None:
    organization.organization_id = found.organization_id
    organization.base_language = found.base_language
    organization.version = found.version[:40]
    organization.refreshed_at = timezone.now()
    organization.refresh_error = None
    organization.save()
    _write_languages(organization, found.languages)
    _write_users(organization, found.users)
    _write_solutions(organization, found.solutions)
    assignments_follow(organization)


def _write_languages(organization: Organization, languages: tuple[int, ...]) -> None:
    organization.languages.exclude(lcid__in=languages).delete()
    OrganizationLanguage.objects.bulk_create(
        [OrganizationLanguage(organization=organization, lcid=lcid) for lcid in languages], ignore_conflicts=True
    )


def _write_solutions(organization: Organization, solutions: tuple[InstalledSolution, ...]) -> None:
    organization.solutions.all().delete()
    OrganizationSolution.objects.bulk_create(
        OrganizationSolution(
            organization=organization,
            unique_name=solution.unique_name[:200],
            friendly_name=(solution.friendly_name or solution.unique_name)[:300],
            version=solution.version[:80],
            is_managed=solution.is_managed,
        )
        for solution in {solution.unique_name: solution for solution in solutions}.values()
    )


def _write_users(organization: Organization, users: tuple[SystemUser, ...]) -> None:
    organization.users.exclude(systemuser_id__in=[user.id for user in users]).delete()
    known = {user.systemuser_id: user for user in organization.users.all()}
    taken = set(
        OrganizationUser.objects.filter(pk__in=[user.id for user in users])
        .exclude(organization=organization)
        .values_list("pk", flat=True)
    )
    for user in users:
        # A copy of an organization has the same users: the second one's rows get an id of their own.
        own_id = uuid.uuid5(organization.pk, str(user.id)) if user.id in taken else user.id
        row = known.get(user.id) or OrganizationUser(id=own_id, organization=organization, systemuser_id=user.id)
        _take_over(row, user)
        row.save()


def _take_over(row: OrganizationUser, user: SystemUser) -> None:
    roles = roles_of(user)
    row.name = user.name[:200]
    row.email = user.email[:254]
    row.is_disabled = user.is_disabled
    row.is_system_administrator = Role.SYSTEM_ADMINISTRATOR in roles
    row.is_system_customizer = Role.SYSTEM_CUSTOMIZER in roles
    row.is_service_representative = Role.CUSTOMER_SERVICE_REPRESENTATIVE in roles
    row.role_names = list(user.role_names)


def https_address(field: str, text: str) -> str:
    """``text`` without blanks and a slash at its end.

    Raises:
        InvalidValue: it does not begin with https://, or holds more than host, port and path.
    """
    try:
        parts, _ = urlsplit(text.strip()), urlsplit(text.strip()).port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InvalidValue(
            "Enter an address that begins with https://.", field=field, code="organizations:address-invalid"
        )
    return text.strip().rstrip("/")
