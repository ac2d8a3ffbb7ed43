"""Uploading certificates, finding them again, and who uses them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import structlog
from django.db import IntegrityError, transaction

from core.models import User
from domains.certificates.doctor import judge
from domains.certificates.errors import CertificateNotFound, CertificateRefused
from domains.certificates.messages import NOT_FOUND
from domains.certificates.values import Diagnosis, ParsedCertificate
from domains.certificates.vault import key_seal
from domains.models import Certificate, CustomDomain, SslBinding
from organizations.models import Organization
from organizations.policy import Action, may, require

logger = structlog.get_logger(__name__)


def certificate_upload(
    *, actor: User, organization: Organization, data: bytes, password: str, host: str | None = None
) -> Certificate:
    """Judge a ``.pfx`` and keep its certificate, with the key sealed. One that is there already is given back.

    Args:
        host: a lower-case A-label that it must cover; None where any host name will do.

    Raises:
        NotAllowed: the actor may not manage certificates of this organization.
        CertificateRefused: with the code of the first check that failed, and the whole ``diagnosis``.
    """
    require(actor, Action.CERTIFICATE_MANAGE, organization.pk)
    found, diagnosis = certificate_judged(data, password, host=host)
    return certificate_keep(actor=actor, organization=organization, found=found, diagnosis=diagnosis)


def certificate_judged(data: bytes, password: str, *, host: str | None) -> tuple[ParsedCertificate, Diagnosis]:
    """The certificate in ``data`` and what was said about it.

    Raises:
        CertificateRefused
    """
    diagnosis = judge(data, password, host=host)
    refusal = diagnosis.refusal
    if diagnosis.certificate is None or refusal is not None:
        raise CertificateRefused.of(diagnosis)
    return diagnosis.certificate, diagnosis


def certificate_keep(
    *, actor: User | None, organization: Organization, found: ParsedCertificate, diagnosis: Diagnosis
) -> Certificate:
    """The row of a judged certificate: the one that is there, or a new one."""
    known = Certificate.objects.usable().filter(organization=organization, fingerprint=found.fingerprint)
    if (there := known.first()) is not None:
        known.update(replaced_by=None, replaced_at=None)  # whoever brings it again wants to keep it
        there.refresh_from_db()
        return there
    made = _row(found, diagnosis, organization=organization, actor=actor)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same file, sent twice at once
        return known.get()
    told = {"fingerprint": made.fingerprint, "names": made.names, "not_after": made.not_after.isoformat()}
    logger.info("certificate_uploaded", certificate=str(made.pk), **told)
    return made


def certificate_for(*, actor: User, certificate_id: uuid.UUID, action: Action) -> Certificate:
    """The certificate, if ``actor`` may do ``action`` with it.

    Raises:
        CertificateNotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor may see it, and not do this.
    """
    rows = Certificate.objects.select_related("organization", "replaced_by").filter(deleted_at__isnull=True)
    found = rows.filter(pk=certificate_id).first()
    if found is None or not may(actor, Action.CERTIFICATE_VIEW, found.organization_id):
        raise CertificateNotFound(NOT_FOUND)
    require(actor, action, found.organization_id)
    return found


def hosts_using(certificates: Iterable[Certificate]) -> dict[uuid.UUID, list[str]]:
    """Which host names need which of these certificates, sorted. Two queries."""
    ids = [certificate.pk for certificate in certificates]
    used: dict[uuid.UUID, set[str]] = {id_: set() for id_ in ids}
    domains = CustomDomain.objects.filter(certificate__in=ids, state__in=CustomDomain.LIVE)
    bindings = SslBinding.objects.filter(certificate__in=ids)
    for rows in (domains, bindings):
        for certificate_id, host in rows.values_list("certificate_id", "host"):
            used[certificate_id].add(host)
    return {id_: sorted(hosts) for id_, hosts in used.items()}


def _row(
    found: ParsedCertificate, diagnosis: Diagnosis, *, organization: Organization, actor: User | None
) -> Certificate:
    made = Certificate(
        organization=organization,
        uploaded_by=actor,
        subject=found.subject,
        issuer=found.issuer,
        names=list(found.names),
        fingerprint=found.fingerprint,
        thumbprint=found.thumbprint,
        key_type=found.key_type,
        not_before=found.not_before,
        not_after=found.not_after,
        chain_pem=found.chain_pem,
        # What depends on the day is said anew whenever it is shown.
        warnings=[
            {"code": check.code, "detail": check.sentence}
            for check in diagnosis.warnings
            if check.code != "certificates:expires-soon"
        ],
    )
    key_seal(made, found.key_pem)
    return made
