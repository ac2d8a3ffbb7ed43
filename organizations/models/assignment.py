from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations.models.organization import Organization


class Role(models.TextChoices):
    """The roles of the source document, and the case form's."""

    GLOBAL_ADMINISTRATOR = "global_administrator", "Global Administrator"
    SERVICE_ADMINISTRATOR = "service_administrator", "Dynamics 365 Service Administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator", "System Administrator"
    SYSTEM_CUSTOMIZER = "system_customizer", "System Customizer"
    CUSTOMER_SERVICE_REPRESENTATIVE = (
        "customer_service_representative",
        "Customer Service Representative",
    )


TENANT_ROLES = (Role.GLOBAL_ADMINISTRATOR, Role.SERVICE_ADMINISTRATOR)


class RoleAssignment(models.Model):
    """Who holds which role, where, and who says so. Tenant roles have no organization; the others have one."""

    class Source(models.TextChoices):
        MANUAL = "manual", "Given here"
        ORGANIZATION = "organization", "Read from the organization"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=40, choices=Role)
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="role_assignments",
    )
    source = models.CharField(max_length=20, choices=Source, default=Source.MANUAL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "role", "organization", "source"],
                nulls_distinct=False,
                name="organizations_role_given_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=TENANT_ROLES, organization__isnull=True)
                | (~Q(role__in=TENANT_ROLES) & Q(organization__isnull=False)),
                name="organizations_role_scope",
            ),
        ]
