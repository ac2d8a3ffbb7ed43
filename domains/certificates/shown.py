"""Certificates as pages show them: names as people read them, who uses them, what should be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import idna
from django.utils import timezone

from domains.certificates.alarms import is_near, left_told
from domains.certificates.messages import BANNER
from domains.models import Certificate
from domains.services.certificates import hosts_using

NAMES_SHOWN = 3


@dataclass(frozen=True)
class ShownCertificate:
    """A certificate with what its row alone does not tell.

    Args:
        names: with U-labels in place of A-labels.
        used_by: host names that are served with it, or will be.
        state: ``valid``, ``expiring``, ``expired`` or ``replaced``.
        expiry: "expires in 14 days".
        alarm: a sentence where it expires soon, else "".
    """

    row: Certificate
    names: tuple[str, ...]
    used_by: tuple[str, ...]
    state: str
    expiry: str
    alarm: str

    @property
    def first_names(self) -> str:
        more = len(self.names) - NAMES_SHOWN
        return ", ".join(self.names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")

    @property
    def why_not_delete(self) -> str:
        """Why it cannot be deleted; "" where it can."""
        return f"It is used by {', '.join(self.used_by)}." if self.used_by else ""

    @property
    def why_not_replace(self) -> str:
        return "It has been replaced already." if self.row.replaced_by_id else ""


def certificate_shown(certificate: Certificate) -> ShownCertificate:
    """One of them."""
    return certificates_shown([certificate])[0]


def certificates_shown(certificates: Sequence[Certificate]) -> list[ShownCertificate]:
    """All of them, with the same number of queries whatever their number."""
    used = hosts_using(certificates)
    return [_shown(certificate, used[certificate.pk]) for certificate in certificates]


def alarm_sentence(certificate: Certificate) -> str:
    """What a banner says about a certificate that expires soon."""
    return BANNER.format(subject=certificate.subject, left=left_told(certificate.not_after, timezone.now()))


def u_label(name: str) -> str:
    """``*.bücher.example`` of ``*.xn--bcher-kva.example``; what IDNA 2008 does not know stays as it is."""
    star = "*." if name.startswith("*.") else ""
    try:
        return star + idna.decode(name.removeprefix("*."))
    except idna.IDNAError:
        return name


def _shown(certificate: Certificate, used_by: list[str]) -> ShownCertificate:
    now = timezone.now()
    near = is_near(certificate.not_before, certificate.not_after, now) and not certificate.replaced_by_id
    return ShownCertificate(
        row=certificate,
        names=tuple(u_label(name) for name in certificate.names),
        used_by=tuple(u_label(host) for host in used_by),
        state=_state(certificate, near),
        expiry=left_told(certificate.not_after, now).capitalize(),
        alarm=alarm_sentence(certificate) if near else "",
    )


def _state(certificate: Certificate, near: bool) -> str:
    if certificate.replaced_by_id:
        return "certificate_replaced"
    if certificate.is_expired():
        return "certificate_expired"
    return "certificate_expiring" if near else "certificate_valid"
