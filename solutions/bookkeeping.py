"""Keeps a SolutionInstall row true. Every change is one guarded UPDATE: two runs may follow the same import."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from organizations.models import Organization
from solutions.models import SolutionInstall
from solutions.querysets import SolutionInstallQuerySet

Status = SolutionInstall.Status
_NO_IMPORT: dict[str, None] = {"import_job_id": None, "async_operation_id": None, "import_asked_at": None}


def install_of(organization: Organization, unique_name: str) -> SolutionInstall:
    """The row of that package in that organization; made when there is none."""
    install, _ = SolutionInstall.objects.get_or_create(organization=organization, unique_name=unique_name)
    return install


def import_claim(install: SolutionInstall, import_job_id: uuid.UUID | None = None) -> bool:
    """Choose the import's id and keep it. False: another run did so first, and the row now shows its import.

    Args:
        import_job_id: the id, where the caller must know it again after a crash; else any.
    """
    claimed = SolutionInstall.objects.filter(pk=install.pk, import_job_id=None).update(
        **_touched(),
        import_job_id=import_job_id or uuid.uuid4(),
        async_operation_id=None,
        import_asked_at=timezone.now(),
        status=Status.INSTALLING,
        attempts=F("attempts") + 1,
    )
    install.refresh_from_db()
    return bool(claimed)


def import_accepted(install: SolutionInstall, async_operation_id: uuid.UUID) -> None:
    """The organization has taken the import.

    The row is not read again: another run may have seen the import's end already, and ``install`` goes on to see it.
    """
    _of_this_import(install).update(**_touched(), async_operation_id=async_operation_id)
    install.async_operation_id = async_operation_id


def import_given_up(install: SolutionInstall) -> None:
    """The organization has certainly not taken the import, and it may be asked again; it was no attempt."""
    status = Status.INSTALLED if install.version else Status.NOT_INSTALLED
    _of_this_import(install).update(**_touched(), **_NO_IMPORT, status=status, attempts=F("attempts") - 1)
    install.refresh_from_db()


def install_succeeded(install: SolutionInstall, version: str) -> None:
    """The organization has it in that version."""
    if install.status == Status.INSTALLED and install.version == version and install.import_job_id is None:
        return
    SolutionInstall.objects.filter(pk=install.pk).update(
        **_touched(), **_NO_IMPORT, status=Status.INSTALLED, version=version, last_error="", last_error_code=""
    )
    install.refresh_from_db()


def install_failed(install: SolutionInstall, *, code: str, text: str) -> None:
    """It shows "Install Failed"; the next attempt begins a new import."""
    SolutionInstall.objects.filter(pk=install.pk, import_job_id=install.import_job_id).update(
        **_touched(), **_NO_IMPORT, status=Status.INSTALL_FAILED, last_error=text, last_error_code=code[:80]
    )
    install.refresh_from_db()


def install_removed(install: SolutionInstall) -> None:
    """The organization does not have it any more."""
    SolutionInstall.objects.filter(pk=install.pk, import_job_id=None).update(
        **_touched(), status=Status.NOT_INSTALLED, version="", last_error="", last_error_code=""
    )
    install.refresh_from_db()


def attempt_failed(*, organization_id: uuid.UUID, unique_name: str, code: str, text: str) -> None:
    """A run that should have installed it ended before its turn came: it shows "Install Failed", and why."""
    SolutionInstall.objects.filter(
        organization_id=organization_id, unique_name=unique_name, import_job_id=None
    ).exclude(status=Status.INSTALLED).update(
        **_touched(), status=Status.INSTALL_FAILED, last_error=text, last_error_code=code[:80]
    )


def _of_this_import(install: SolutionInstall) -> SolutionInstallQuerySet:
    return SolutionInstall.objects.filter(pk=install.pk, import_job_id=install.import_job_id)


def _touched() -> dict[str, datetime]:
    return {"updated_at": timezone.now()}
