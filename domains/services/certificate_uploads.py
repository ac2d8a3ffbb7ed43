"""Keeping a refused file for its owner, so that only the password has to be typed again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.models import User
from core.sealed import SealBroken
from domains.models import CertificateUpload

KEPT = timedelta(hours=24)
# Where another password, or asking once more, can help; any other file has to be made anew.
WORTH_KEEPING = frozenset({"certificates:wrong-password", "certificates:not-judged"})


def upload_keep(*, actor: User, name: str, data: bytes) -> None:
    """Keep ``data``, sealed, in place of what was kept for this person before."""
    CertificateUpload.objects.filter(owner=actor).delete()
    kept = CertificateUpload(owner=actor, expires_at=timezone.now() + KEPT)
    kept.file_keep(name, data)
    CertificateUpload.objects.bulk_create([kept], ignore_conflicts=True)  # of two at once, one is kept


def upload_kept(*, actor: User) -> tuple[str, bytes] | None:
    """Name and bytes of the file that is kept for this person; None where there is none that can be opened."""
    kept = CertificateUpload.objects.filter(owner=actor, expires_at__gt=timezone.now()).first()
    if kept is None:
        return None
    try:
        return kept.file_name, kept.file_kept()
    except SealBroken:
        return None


def upload_forget(*, actor: User) -> None:
    """Delete what is kept for this person."""
    CertificateUpload.objects.filter(owner=actor).delete()


def uploads_clear() -> int:
    """Delete what is older than a day."""
    return CertificateUpload.objects.filter(expires_at__lte=timezone.now()).delete()[0]
