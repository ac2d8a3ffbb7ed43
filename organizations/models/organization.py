from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from core.models import TimeStamped


class Organization(TimeStamped):
    """A Dynamics 365 / Dataverse organization (an *instance* on the screen), real or embedded."""

    unique_name = models.SlugField(max_length=80, unique=True)  # "contoso"
    name = models.CharField(max_length=160)  # "Contoso Sales"
    url = models.URLField(max_length=400, unique=True)  # base URL; the client adds /api/data/v9.2/
    authority = models.URLField(max_length=400)  # OpenID Connect authority that gives the tokens
    client_id = models.CharField(max_length=100)
    client_secret = models.TextField(blank=True)  # sealed for row "organization:<id>"
    client_certificate = models.TextField(blank=True)  # instead of a secret: PEM with the key, sealed alike
    certificate_expires_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=40, blank=True)  # of the organization's software, as RetrieveVersion says
    organization_id = models.UUIDField(null=True, blank=True)  # as WhoAmI says
    base_language = models.PositiveIntegerField(default=1033)  # LCID
    refreshed_at = models.DateTimeField(null=True, blank=True)
    refresh_error = models.JSONField(null=True, blank=True)  # {"code", "message"} of the last failed refresh

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def seal_row(self) -> str:
        """What the sealed secret and the sealed certificate are bound to."""
        return f"organization:{self.pk}"


class OrganizationLanguage(models.Model):
    """A language that is activated in the organization (RetrieveProvisionedLanguages)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="languages")
    lcid = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["lcid"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "lcid"], name="organizations_language_once"),
        ]


class OrganizationSolution(models.Model):
    """A solution that was installed in the organization when it was last read."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="solutions")
    unique_name = models.CharField(max_length=200)
    friendly_name = models.CharField(max_length=300)
    version = models.CharField(max_length=80)
    is_managed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["friendly_name", "unique_name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "unique_name"], name="organizations_solution_once"),
        ]


class OrganizationUser(TimeStamped):
    """A user of the organization (systemuser) as last read.

    ``id`` is its systemuserid too, unless another organization (of which this one is a copy) has the same user.
    """

    systemuser_id = models.UUIDField(default=uuid.uuid4)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="users")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_disabled = models.BooleanField(default=False)
    is_system_administrator = models.BooleanField(default=False)
    is_system_customizer = models.BooleanField(default=False)
    is_service_representative = models.BooleanField(default=False)
    role_names = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organization", "systemuser_id"], name="organizations_user_once"),
        ]

    def __str__(self) -> str:
        return self.name
