"""Trying, changing and removing an organization that somebody registers or has registered."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import ProtectedError

from core.checking import Report
from core.errors import Conflict, NotFound
from core.models import User
from operations.models import Operation
from organizations.client import organization_client
from organizations.connection import connection_test
from organizations.drafts import Draft, credentials_check, draft_check
from organizations.models import Organization
from organizations.policy import Action, require
from organizations.services import credentials_seal, organization_register

SHOWN = 3  # names in the reason why an organization cannot be removed


def draft_test(*, actor: User, draft: Draft) -> Report:
    """Test the connection to an organization that is not registered yet.

    Raises:
        NotAllowed, InvalidValues.
    """
    require(actor, Action.ORGANIZATION_REGISTER)
    return connection_test(draft_check(draft).as_row())


def draft_register(*, actor: User, draft: Draft) -> Organization:
    """Register it, if it can be read.

    Raises:
        NotAllowed, InvalidValues, Conflict, OrganizationUnavailable, OrganizationRefused.
    """
    require(actor, Action.ORGANIZATION_REGISTER)
    checked = draft_check(draft)
    return organization_register(
        actor=actor,
        unique_name=checked.unique_name,
        name=checked.name,
        url=checked.url,
        authority=checked.authority,
        client_id=checked.client_id,
        client_secret=checked.client_secret,
        certificate=checked.certificate,
    )


def organization_test(*, actor: User, organization_id: uuid.UUID) -> Report:
    """Test the connection to a registered organization with the credentials that are kept.

    Raises:
        NotAllowed, NotFound.
    """
    require(actor, Action.ORGANIZATION_VIEW, organization_id)
    return connection_test(_known(organization_id))


def organization_credentials_change(
    *, actor: User, organization_id: uuid.UUID, client_secret: str, certificate: bytes, certificate_password: str
) -> Organization:
    """Replace secret or certificate; new ones that the organization does not accept are not kept.

    Raises:
        NotAllowed, NotFound, InvalidValue.
        OrganizationUnavailable, OrganizationRefused: nothing was changed.
    """
    require(actor, Action.ORGANIZATION_REGISTER)
    organization = _known(organization_id)
    read = credentials_check(client_secret, certificate, certificate_password)
    credentials_seal(organization, client_secret="" if read else client_secret.strip(), certificate=read)
    with organization_client(organization) as client:
        client.who_am_i()
    organization.refresh_error = None
    organization.save(
        update_fields=["client_secret", "client_certificate", "certificate_expires_at", "refresh_error", "updated_at"]
    )
    return organization


def organization_remove(*, actor: User, organization_id: uuid.UUID) -> None:
    """Forget an organization that nothing uses. Nothing is changed in the organization itself.

    Raises:
        NotAllowed, NotFound.
        Conflict: ``organizations:in-use``, with the names of what uses it; ``organizations:working``.
    """
    require(actor, Action.ORGANIZATION_REGISTER)
    with transaction.atomic():
        organization = _known(organization_id, is_locked=True)
        if why := why_not_removable(organization):
            raise Conflict(why, code="organizations:in-use")
        organization.delete()


def why_not_removable(organization: Organization) -> str:
    """Why the organization cannot be removed now, in a sentence; "" where it can."""
    run = Operation.objects.active().filter(organization_id=organization.pk).first()
    if run is not None:
        return f"Work is going on in {organization}: {run.resource_label}. Try again when it has ended."
    point = transaction.atomic()
    try:
        with point:
            Organization.objects.get(pk=organization.pk).delete()
            raise _OnlyAsked
    except ProtectedError as protected:
        return _used_by(organization, protected)
    except _OnlyAsked:
        return ""


class _OnlyAsked(Exception):
    """Takes the deletion back."""


def _used_by(organization: Organization, protected: ProtectedError) -> str:
    users = sorted({f"{row._meta.verbose_name} {row}" for row in protected.protected_objects})
    more = f" and {len(users) - SHOWN} more" if len(users) > SHOWN else ""
    return f"{organization} is used by {', '.join(users[:SHOWN])}{more}. Only what nothing uses can be removed."


def _known(organization_id: uuid.UUID, *, is_locked: bool = False) -> Organization:
    rows = Organization.objects.select_for_update() if is_locked else Organization.objects.all()
    found = rows.filter(pk=organization_id).first()
    if found is None:
        raise NotFound("There is no such instance.", code="organizations:not-found")
    return found
