"""Taking licences, making and renaming portals. Provisioning calls these; pages and API call provisioning."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import InvalidValue
from core.models import User
from organizations.models import Organization, OrganizationUser
from organizations.policy import Action, require
from portals import messages
from portals.errors import LicenseJustUsed, LicenseUnusable, PortalNotFound, SubdomainJustTaken
from portals.models import PackageInstallStatus, Portal, PortalEvent, PortalLicense
from portals.subdomains import subdomain_taken

TRIAL = timedelta(days=30)
NAME_LONGEST = 100


@dataclass(frozen=True)
class PortalDraft:
    """What a portal is made of, every value checked already. ``language`` is an LCID."""

    name: str
    subdomain: str
    language: int
    administrator: OrganizationUser
    audience: str
    portal_type: str
    options: tuple[str, ...]
    organization: Organization


def license_take(*, actor: User, type: str) -> PortalLicense:  # contract.md 5: the field is called type
    """Get a Portal Add-On. A trial licence can be used for 30 days.

    Raises:
        NotAllowed: the actor may not take licences.
        InvalidValue: ``portals:license-type``.
    """
    require(actor, Action.LICENSE_TAKE)
    if type not in PortalLicense.Type.values:
        raise InvalidValue(messages.LICENSE_TYPE, field="type", code="portals:license-type")
    expires_at = timezone.now() + TRIAL if type == PortalLicense.Type.TRIAL else None
    return PortalLicense.objects.create(type=type, expires_at=expires_at, taken_by=actor)


def license_usable(license_id: uuid.UUID) -> PortalLicense:
    """The licence, if a portal can take it now.

    Raises:
        LicenseUnusable: ``portals:license-used``, ``portals:license-expired`` or ``portals:license-unknown``.
    """
    license = PortalLicense.objects.filter(pk=license_id).first()
    if license is None:
        raise LicenseUnusable(messages.LICENSE_UNKNOWN, field="license", code="portals:license-unknown")
    if license.state == PortalLicense.State.ASSIGNED:
        raise LicenseUnusable(messages.LICENSE_USED, field="license")
    if license.state == PortalLicense.State.EXPIRED:
        raise LicenseUnusable(messages.LICENSE_EXPIRED, field="license", code="portals:license-expired")
    return license


def name_validate(text: str) -> str:
    """The name without blanks around it.

    Raises:
        InvalidValue: ``portals:name-invalid``, one sentence for each thing that can be wrong.
    """
    name = unicodedata.normalize("NFC", text).strip()
    wrong = ""
    if not name:
        wrong = messages.NAME_MISSING
    elif len(name) > NAME_LONGEST:
        wrong = messages.NAME_LENGTH
    elif any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        wrong = messages.NAME_CHARACTERS
    if wrong:
        raise InvalidValue(wrong, field="name", code="portals:name-invalid")
    return name


def portal_for(*, actor: User, portal_id: uuid.UUID, action: Action) -> Portal:
    """The portal, if ``actor`` may do ``action`` with it.

    Raises:
        PortalNotFound: there is none.
        NotAllowed: with the source document's sentence.
    """
    portal = Portal.objects.select_related("organization", "license").filter(pk=portal_id).first()
    if portal is None:
        raise PortalNotFound(messages.NOT_FOUND)
    require(actor, action, portal.organization_id)
    return portal


@transaction.atomic
def portal_create(*, actor: User, license: PortalLicense, draft: PortalDraft) -> Portal:
    """Make the portal as Configuring and take its licence, both or nothing. The caller has checked the values.

    Raises:
        LicenseJustUsed, SubdomainJustTaken: somebody else was faster; the caller's transaction must roll back.
    """
    _license_assign(license)
    try:
        with transaction.atomic():
            portal = Portal.objects.create(
                license=license,
                license_type=license.type,
                website_id=uuid.uuid4(),  # chosen before the website exists, so that a retry finds it
                package_install_status=PackageInstallStatus.INSTALL_SCHEDULED,
                created_by=actor,
                updated_by=actor,
                **draft_columns(draft),
            )
    except IntegrityError as lost:
        raise subdomain_lost(draft.subdomain, lost) from lost
    event_write(portal, actor, "portals:created", to_state=portal.state)
    return portal


def portal_rename(*, actor: User, portal_id: uuid.UUID, name: str) -> Portal:
    """Give the portal another name; "can be changed later" in every state.

    Raises:
        NotAllowed, PortalNotFound, InvalidValue.
    """
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    new = name_validate(name)
    if new == portal.name:
        return portal
    with transaction.atomic():
        Portal.objects.filter(pk=portal.pk).update(name=new, updated_by=actor, updated_at=timezone.now())
        event_write(portal, actor, "portals:renamed", changes={"name": [portal.name, new]})
    portal.refresh_from_db()
    return portal


def draft_columns(draft: PortalDraft) -> dict[str, object]:
    """The draft as the portal's row keeps it."""
    return {
        "name": draft.name,
        "subdomain": draft.subdomain,
        "organization": draft.organization,
        "language": draft.language,
        "administrator_id": draft.administrator.systemuser_id,
        "administrator_name": draft.administrator.name,
        "administrator_email": draft.administrator.email,
        "audience": draft.audience,
        "portal_type": draft.portal_type,
        "options": list(draft.options),
    }


def event_write(
    portal: Portal, actor: User | None, code: str, *, to_state: str = "", changes: Mapping[str, object] | None = None
) -> None:
    """One line of the portal's history; ``changes`` is ``{"name": ["old", "new"]}`` and never holds a secret."""
    PortalEvent.objects.create(portal=portal, actor=actor, code=code, to_state=to_state, changes=dict(changes or {}))


def subdomain_lost(subdomain: str, error: IntegrityError) -> Exception:
    """What a broken unique constraint means; any other constraint is a mistake of ours and goes on as it is."""
    if "portals_subdomain_once" not in str(error):
        return error
    taken = subdomain_taken(subdomain)
    return SubdomainJustTaken(taken.message, context=taken.context)


def _license_assign(license: PortalLicense) -> None:
    """One guarded UPDATE: of two submissions at once, one gets the licence."""
    if not PortalLicense.objects.available().filter(pk=license.pk).update(is_assigned=True, updated_at=timezone.now()):
        raise LicenseJustUsed(messages.LICENSE_USED)
