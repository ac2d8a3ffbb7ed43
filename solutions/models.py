"""How the installation of a solution in an organization stands, and every attempt at it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.models import TimeStamped
from organizations.models import Organization
from solutions.querysets import SolutionInstallQuerySet


class SolutionInstall(TimeStamped):
    """One of our packages in one organization. The organization's own ``solutions`` table is the truth it follows.

    While an import is under way the row holds the ids it was asked for with, so that whoever comes next, after a crash
    or from another portal's run, follows that import instead of starting a second one.
    """

    class Status(models.TextChoices):
        NOT_INSTALLED = "not_installed", "Not installed"
        INSTALLING = "installing", "Installing"
        INSTALLED = "installed", "Installed"
        INSTALL_FAILED = "install_failed", "Install Failed"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="solution_installs")
    unique_name = models.CharField(max_length=100)
    version = models.CharField(max_length=40, blank=True)  # installed
    status = models.CharField(max_length=16, choices=Status, default=Status.NOT_INSTALLED)
    attempts = models.PositiveIntegerField(default=0)
    last_error_code = models.CharField(max_length=80, blank=True)  # the organization's own, such as 0x80048034
    last_error = models.TextField(blank=True)

    import_job_id = models.UUIDField(null=True, blank=True)  # chosen by us, written before the import is asked for
    async_operation_id = models.UUIDField(null=True, blank=True)  # the organization's answer, if it reached us
    import_asked_at = models.DateTimeField(null=True, blank=True)

    objects = SolutionInstallQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["unique_name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "unique_name"], name="solutions_install_once"),
        ]
