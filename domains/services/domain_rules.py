"""What must be true before a portal gets a custom domain. Pages, API and the wizard's drafts all ask here."""

from __future__ import annotations

import uuid

import idna
from django.conf import settings
from django.utils import timezone

from core.models import User
from domains.custom import messages
from domains.custom.errors import (
    CertificateUnusable,
    HostClaimed,
    HostUnavailable,
    NameMismatch,
    OwnershipMissing,
    PortalUnready,
    ProductionOnly,
)
from domains.custom.ownership import ownership_name, ownership_value
from domains.dns import DnsReport, host_check
from domains.models import Certificate, CustomDomain
from organizations.policy import Action
from portals.models import Portal, PortalLicense
from portals.services import portal_for

S = CustomDomain.State
# Entries that serve nobody, whatever they once did: who proves the name to be theirs takes it from them.
UNSERVED = (S.AWAITING_DNS, S.PAUSED)
NAMES_TOLD = 10


def portal_with_domains(*, actor: User, portal_id: uuid.UUID) -> Portal:
    """The portal, if ``actor`` may manage its custom domain.

    Raises:
        PortalNotFound, NotAllowed.
    """
    return portal_for(actor=actor, portal_id=portal_id, action=Action.DOMAIN_MANAGE)


def portal_obstacle(portal: Portal) -> PortalUnready | ProductionOnly | None:
    """Why no custom domain can be added to the portal now; None where one can."""
    if portal.license_type != PortalLicense.Type.PRODUCTION:
        return ProductionOnly(messages.PRODUCTION_ONLY)
    if portal.state != Portal.State.PROVISIONED:
        return PortalUnready(messages.PORTAL_UNREADY.format(state=portal.get_state_display()))
    return None


def portal_require_ready(portal: Portal) -> None:
    """As :func:`portal_obstacle`.

    Raises:
        PortalUnready, ProductionOnly.
    """
    if obstacle := portal_obstacle(portal):
        raise obstacle


def certificate_require(portal: Portal, certificate_id: uuid.UUID | None) -> Certificate | None:
    """The chosen certificate of the portal's organization; None for an automatic one.

    Raises:
        CertificateUnusable: there is none such, it has expired, or automatic ones are switched off.
    """
    if certificate_id is None:
        if not automatic_is_on():
            raise CertificateUnusable(messages.AUTOMATIC_OFF, field="certificate")
        return None
    found = Certificate.objects.current().filter(organization_id=portal.organization_id, pk=certificate_id).first()
    if found is None:
        raise CertificateUnusable(messages.CERTIFICATE_UNKNOWN, field="certificate")
    if found.is_expired():
        day = f"{found.not_after.day} {found.not_after:%b %Y}"
        raise CertificateUnusable(messages.CERTIFICATE_EXPIRED.format(day=day), field="certificate")
    return found


def automatic_is_on() -> bool:
    """Whether certificates can be had by ACME here."""
    return bool(getattr(settings, "PORTAL_ACME_DIRECTORY", ""))


def cover_require(certificate: Certificate | None, host: str, *, field: str = "hostname") -> None:
    """The certificate is for the host.

    Raises:
        NameMismatch: with the names it is for.
    """
    if certificate is None or certificate.covers(host):
        return
    names = ", ".join(certificate.names[:NAMES_TOLD]) or "no name"
    more = f" and {len(certificate.names) - NAMES_TOLD} more" if len(certificate.names) > NAMES_TOLD else ""
    sentence = messages.NAME_MISMATCH.format(host=idna.decode(host), names=names + more)
    raise NameMismatch(sentence, field=field, context={"host": host, "names": list(certificate.names)})


def host_require_free(portal: Portal, host: str) -> CustomDomain | None:
    """Nobody else has the name, or only somebody who is not served there while this organization's TXT record stands.

    Looks at DNS only where that decides. Never says whose the name is.

    Returns:
        The entry that must give way, where there is one.

    Raises:
        HostUnavailable, HostClaimed, OwnershipMissing.
    """
    holder = CustomDomain.objects.live().filter(host=host).first()
    if holder is not None and holder.portal_id == portal.pk:
        raise HostUnavailable(messages.SAME_HOST.format(host=host), field="hostname", code="domains:only-one")
    if holder is not None and not _is_unserved(holder, portal):
        raise HostUnavailable(messages.HOST_TAKEN.format(host=host), field="hostname")
    if holder is not None and not domain_report(portal, host).is_owner_proved:
        raise HostClaimed(proof_sentence(messages.HOST_CLAIMED, portal, host), field="hostname")
    if holder is None and is_guarded(portal, host) and not domain_report(portal, host).is_owner_proved:
        raise OwnershipMissing(proof_sentence(messages.OWNERSHIP_MISSING, portal, host), field="hostname")
    return holder


def proof_sentence(sentence: str, portal: Portal, host: str) -> str:
    """``sentence`` with the TXT record by which the portal's organization proves that ``host`` is its own."""
    value = ownership_value(organization_id=portal.organization_id, host=host)
    return sentence.format(host=idna.decode(host), record=f"{ownership_name(host)} TXT {value}")


def is_guarded(portal: Portal, host: str) -> bool:
    """Whether another organization removed the name less than 30 days ago."""
    guards = CustomDomain.objects.guarding(host, timezone.now())
    return guards.exclude(organization_id=portal.organization_id).exists()


def domain_report(portal: Portal, host: str) -> DnsReport:
    """What DNS says now (up to 15 s)."""
    ownership = ownership_value(organization_id=portal.organization_id, host=host)
    return host_check(host, expected=portal.host, ownership=ownership)


def _is_unserved(holder: CustomDomain, portal: Portal) -> bool:
    return holder.state in UNSERVED and holder.organization_id != portal.organization_id
