"""The wizard's pages, one by one: each writes into the draft what was decided there, the last one starts the run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import InvalidValue
from core.models import User
from domains.custom import curve, messages
from domains.custom.errors import DraftExpired, HostUnavailable, ProofMissing
from domains.custom.ownership import ownership_name, ownership_value
from domains.dns import DnsReport
from domains.models import Certificate, CustomDomain, DomainDraft
from domains.names import host_parse
from domains.services.certificate_uploads import WORTH_KEEPING
from domains.services.certificates import certificate_upload
from domains.services.custom_domains import domain_add, one_require
from domains.services.domain_rules import (
    certificate_require,
    cover_require,
    domain_report,
    host_require_free,
    portal_require_ready,
    portal_with_domains,
)
from operations.models import Operation
from portals.models import Portal


@dataclass(frozen=True)
class Record:
    """A DNS record to create. ``what`` says what it is for."""

    type: str
    name: str
    value: str
    what: str


def draft_of(*, actor: User, portal_id: uuid.UUID) -> DomainDraft | None:
    """What ``actor`` has filled in for the portal within the last 24 hours."""
    drafts = DomainDraft.objects.of(actor, portal_id).filter(expires_at__gt=timezone.now())
    return drafts.select_related("certificate", "portal", "replaces", "result").first()


def draft_begin(*, actor: User, portal_id: uuid.UUID, replaces: bool = False) -> DomainDraft:
    """The draft that goes on, or a new one.

    Args:
        replaces: the new domain is to take over from the portal's present one.

    Raises:
        OnlyOne, DomainNotFound, DomainBusy, PortalUnready, ProductionOnly, NotAllowed, PortalNotFound.
    """
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    portal_require_ready(portal)
    old = one_require(portal, replaces=replaces)
    draft = draft_of(actor=actor, portal_id=portal_id)
    if draft is not None and draft.result_id is None and draft.replaces_id == (old.pk if old else None):
        return draft
    with transaction.atomic():
        DomainDraft.objects.of(actor, portal_id).delete()
        return DomainDraft.objects.create(
            portal=portal, owner=actor, replaces=old, expires_at=timezone.now() + curve.DRAFT_KEPT
        )


def draft_for(*, actor: User, portal_id: uuid.UUID) -> DomainDraft:
    """The draft, if it is still there and the portal can still have a domain.

    Raises:
        DraftExpired, PortalUnready, ProductionOnly, NotAllowed, PortalNotFound.
    """
    portal_require_ready(portal_with_domains(actor=actor, portal_id=portal_id))
    draft = draft_of(actor=actor, portal_id=portal_id)
    if draft is None or draft.result_id is not None:
        raise DraftExpired(messages.DRAFT_EXPIRED)
    return draft


def draft_certificate_upload(
    *, actor: User, draft: DomainDraft, file_name: str, data: bytes, password: str
) -> Certificate:
    """Make a certificate of the file, or of the one that was kept: its password was wrong, or the server busy.

    Raises:
        InvalidValue: what the certificate doctor found; the file is kept, sealed, where another password may help.
    """
    data = data or draft.file_kept()
    if data and draft.file_kept() != data:
        draft.file_keep(file_name, data)
        draft.save(update_fields=["file", "file_name", "updated_at"])
    try:
        certificate = certificate_upload(
            actor=actor, organization=draft.portal.organization, data=data, password=password
        )
    except InvalidValue as refused:
        if refused.code not in WORTH_KEEPING:
            _forget_file(draft)
        raise
    _choose(draft, certificate, is_automatic=False)
    return certificate


def draft_certificate_choose(*, actor: User, draft: DomainDraft, certificate_id: uuid.UUID | None) -> None:
    """Take a certificate that is there, or an automatic one (None).

    Raises:
        CertificateUnusable, NameMismatch.
    """
    certificate = certificate_require(draft.portal, certificate_id)
    _choose(draft, certificate, is_automatic=certificate is None)


def draft_host_choose(*, actor: User, draft: DomainDraft, hostname: str, is_new: bool) -> DnsReport:
    """Take the host name and look at its DNS (at most each 10 seconds for the same name).

    Raises:
        InvalidValue: the name cannot be used, is taken, or not covered by the certificate.
    """
    host = _existing(draft, hostname) if not is_new else host_parse(hostname).a_label
    cover_require(draft.certificate, host)
    try:
        host_require_free(draft.portal, host)
    except ProofMissing:
        _host_keep(draft, host, is_new)  # it takes time to add the record, and the page shows it meanwhile
        raise
    _host_keep(draft, host, is_new)
    report = draft.report
    if report is None or _may_look(draft):
        report = domain_report(draft.portal, host)
        draft.dns = report.to_json()
        draft.save(update_fields=["dns", "updated_at"])
    return report


def draft_finish(*, actor: User, portal_id: uuid.UUID, draft_id: uuid.UUID) -> tuple[CustomDomain, Operation | None]:
    """The review's Next: add the domain and start its run. Twice is once: the second gets the first one's domain.

    Raises:
        DraftExpired: it is another draft than the one that was shown, or it is gone.
        As :func:`domains.services.custom_domains.domain_add`.
    """
    portal_with_domains(actor=actor, portal_id=portal_id)
    with transaction.atomic():
        drafts = DomainDraft.objects.select_for_update(of=("self",)).of(actor, portal_id)
        draft = drafts.filter(pk=draft_id, expires_at__gt=timezone.now()).first()
        if draft is None:
            raise DraftExpired(messages.DRAFT_EXPIRED)
        if draft.result is not None:
            return draft.result, None
        if not draft.has_certificate or not draft.host:
            raise DraftExpired(messages.DRAFT_EXPIRED)
        domain, run = domain_add(
            actor=actor,
            portal_id=portal_id,
            hostname=draft.host,
            certificate_id=draft.certificate_id,
            replaces=draft.replaces_id is not None,
        )
        draft.result = domain
        draft.save(update_fields=["result", "updated_at"])
        return domain, run


def hosts_existing(portal: Portal) -> list[str]:
    """Host names that the portal's instance had before and that nobody uses now."""
    used = CustomDomain.objects.live().values("host")
    removed = CustomDomain.objects.filter(organization_id=portal.organization_id, state=CustomDomain.State.REMOVED)
    free = removed.filter(active_at__isnull=False).exclude(host__in=used).order_by("host")
    return list(free.values_list("host", flat=True).distinct())


def records_for(portal: Portal, host: str) -> tuple[Record, Record]:
    """The records to create: the CNAME, and the TXT that proves whose name it is."""
    value = ownership_value(organization_id=portal.organization_id, host=host)
    return (
        Record("CNAME", host, portal.host, "Points your domain to the URL of your portal"),
        Record(
            "TXT",
            ownership_name(host),
            value,
            "Optional, unless others had the name: proves that it is yours, so that the certificate is in place early",
        ),
    )


def _choose(draft: DomainDraft, certificate: Certificate | None, *, is_automatic: bool) -> None:
    draft.certificate, draft.is_automatic = certificate, is_automatic
    draft.file = draft.file_name = ""
    draft.save(update_fields=["certificate", "is_automatic", "file", "file_name", "updated_at"])


def _forget_file(draft: DomainDraft) -> None:
    draft.file = draft.file_name = ""
    draft.save(update_fields=["file", "file_name", "updated_at"])


def _existing(draft: DomainDraft, hostname: str) -> str:
    if hostname not in hosts_existing(draft.portal):
        raise HostUnavailable(messages.HOST_UNKNOWN, field="existing", code="domains:host-unknown")
    return hostname


def _host_keep(draft: DomainDraft, host: str, is_new: bool) -> None:
    if draft.host != host:
        draft.dns = draft.check_asked_at = None
    draft.host, draft.is_host_new = host, is_new
    draft.save(update_fields=["host", "is_host_new", "dns", "check_asked_at", "updated_at"])


def _may_look(draft: DomainDraft) -> bool:
    """One guarded UPDATE: of two clicks at once, one looks."""
    now = timezone.now()
    rested = Q(check_asked_at__isnull=True) | Q(check_asked_at__lte=now - curve.BUTTON_APART)
    return DomainDraft.objects.filter(rested, pk=draft.pk).update(check_asked_at=now) == 1
