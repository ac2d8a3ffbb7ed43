"""Replacing a certificate in place, going back, deleting, and retiring what was replaced some days ago."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.errors import Conflict, Unavailable
from core.models import User
from domains.certificates import messages
from domains.certificates.errors import CertificateInUse, CertificateRefused, NothingToRollBack
from domains.models import Certificate, CustomDomain, SslBinding
from domains.services.bindings import binding_ensure, binding_probe
from domains.services.certificates import certificate_judged, certificate_keep, hosts_using
from domains.states import event_write
from organizations.policy import Action, require

logger = structlog.get_logger(__name__)
RETIRED_AFTER = timedelta(days=7)


def certificate_replace(*, actor: User, certificate: Certificate, data: bytes, password: str) -> Certificate:
    """Put a renewed certificate in the place of ``certificate``, for all hosts that use it, without a gap.

    The edge serves the old one until it has the new one; the old one's key stays for seven days, to go back.

    Raises:
        NotAllowed
        CertificateRefused: the file was refused, covers not every host, or holds the same certificate.
        Conflict: ``certificates:replaced``: somebody else was faster.
    """
    require(actor, Action.CERTIFICATE_MANAGE, certificate.organization_id)
    hosts = hosts_using([certificate])[certificate.pk]
    found, diagnosis = certificate_judged(data, password, host=hosts[0] if hosts else None)
    if found.fingerprint == certificate.fingerprint:
        raise CertificateRefused(messages.REPLACES_ITSELF, field="file", code="certificates:same")
    with transaction.atomic():
        old = _held(certificate)
        organization = certificate.organization
        new = certificate_keep(actor=actor, organization=organization, found=found, diagnosis=diagnosis)
        _take_over(old, new, actor)
    logger.info("certificate_replaced", old=str(old.pk), new=str(new.pk), fingerprint=new.fingerprint)
    return new


def certificate_roll_back(*, actor: User, certificate: Certificate) -> Certificate:
    """Put back what ``certificate`` has replaced, for all hosts that use it now.

    Raises:
        NotAllowed
        CertificateRefused: what was replaced does not cover a host that was added since.
        NothingToRollBack: it has replaced nothing, or the key of what it replaced is gone.
    """
    require(actor, Action.CERTIFICATE_MANAGE, certificate.organization_id)
    with transaction.atomic():
        new = Certificate.objects.select_for_update().get(pk=certificate.pk)
        before = replaced_by_it(new)
        if before is None or not new.is_usable:
            sentence = messages.NOTHING_TO_ROLL_BACK.format(subject=new.subject)
            raise NothingToRollBack(sentence, context={"subject": new.subject})
        _take_over(new, before, actor)
    logger.info("certificate_rolled_back", old=str(new.pk), new=str(before.pk), fingerprint=before.fingerprint)
    return before


def replaced_by_it(certificate: Certificate) -> Certificate | None:
    """The certificate to which a roll-back would lead: the newest that it replaced, if it can still be served."""
    sound = Certificate.objects.usable().filter(not_after__gt=timezone.now())
    return sound.filter(replaced_by=certificate).order_by("-replaced_at").first()


def certificate_delete(*, actor: User, certificate: Certificate) -> None:
    """Delete a certificate that no host uses, and erase its key. The row stays for the history.

    Raises:
        NotAllowed
        CertificateInUse: ``context["hosts"]`` names them.
    """
    require(actor, Action.CERTIFICATE_MANAGE, certificate.organization_id)
    with transaction.atomic():
        row = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if hosts := hosts_using([row])[row.pk]:
            told = messages.IN_USE.format(subject=row.subject, hosts=", ".join(hosts))
            raise CertificateInUse(told, context={"subject": row.subject, "hosts": ", ".join(hosts)})
        Certificate.objects.filter(pk=row.pk, deleted_at=None).update(deleted_at=timezone.now(), key_sealed="")
    logger.info("certificate_deleted", certificate=str(row.pk), fingerprint=row.fingerprint)


def certificates_retire() -> int:
    """Erase the keys of what was replaced a week ago, where visitors are seen to get the new one. How many."""
    now = timezone.now()
    bound = SslBinding.objects.filter(certificate=OuterRef("pk"))
    wanted = CustomDomain.objects.filter(certificate=OuterRef("pk"), state__in=CustomDomain.LIVE)
    due = Certificate.objects.usable().filter(~Exists(bound), ~Exists(wanted), replaced_at__lt=now - RETIRED_AFTER)
    retired = 0
    for old in due.select_related("replaced_by"):
        if old.replaced_by is None or _is_served(old.replaced_by):
            retired += _retire(old)
    return retired


def _retire(old: Certificate) -> int:
    """Guarded: a roll-back of this moment wins."""
    rows = Certificate.objects.usable().filter(pk=old.pk, replaced_at=old.replaced_at)
    return rows.update(retired_at=timezone.now(), key_sealed="")


def _is_served(certificate: Certificate) -> bool:
    """Whether a handshake through the edge shows it at every host that is bound to it."""
    for host in SslBinding.objects.filter(certificate=certificate).values_list("host", flat=True):
        try:
            served = binding_probe(host)
        except Unavailable:
            return False
        if served.fingerprint != certificate.fingerprint:
            return False
    return True


def _held(certificate: Certificate) -> Certificate:
    """The row, locked, if it can be replaced."""
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not row.is_usable or row.replaced_by_id is not None:
        raise Conflict(messages.REPLACED_ALREADY.format(subject=row.subject), code="certificates:replaced")
    return row


def _take_over(old: Certificate, new: Certificate, actor: User) -> None:
    """All that uses ``old`` uses ``new`` from now on; called within a transaction that holds ``old``."""
    for host in hosts_using([old])[old.pk]:
        if not new.covers(host):
            raise CertificateRefused.not_covering(host, new.names)
    for binding in SslBinding.objects.filter(certificate=old):
        binding_ensure(portal_id=binding.portal_id, host=binding.host, certificate_id=new.pk)
    for domain_id in CustomDomain.objects.filter(certificate=old).values_list("pk", flat=True):
        event_write(domain_id=domain_id, code="certificate-changed", actor=actor, context={"certificate": str(new)})
    CustomDomain.objects.filter(certificate=old).update(certificate=new, updated_at=timezone.now())
    Certificate.objects.filter(pk=new.pk).update(replaced_by=None, replaced_at=None)
    Certificate.objects.filter(pk=old.pk).update(replaced_by=new, replaced_at=timezone.now())
