from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.models import TimeStamped
from organizations.models import Organization
from portals.catalog import Audience, Option, PortalType
from portals.models.license import PortalLicense
from portals.querysets import PORTAL_WORDS, PortalQuerySet


class PackageInstallStatus(models.TextChoices):
    """How far the portal's packages are: the twelve machine names of the original (product.md 1.2 row 16)."""

    NONE = "None", "Not started"
    INSTALL_SCHEDULED = "InstallScheduled", "Install scheduled"
    INSTALL_REQUESTED = "InstallRequested", "Install requested"
    INSTALLING = "Installing", "Installing"
    INSTALL_RETRYING = "InstallRetrying", "Install retrying"
    INSTALLED = "Installed", "Installed"
    INSTALL_FAILED = "InstallFailed", "Install Failed"
    TEMPLATE_INSTALLED = "TemplateInstalled", "Template installed"
    UNINSTALL_REQUESTED = "UninstallRequested", "Uninstall requested"
    UNINSTALLING = "Uninstalling", "Uninstalling"
    UNINSTALLED = "Uninstalled", "Uninstalled"
    UNINSTALL_FAILED = "UninstallFailed", "Uninstall failed"


class Portal(TimeStamped):
    """A portal website of an organization, from the accepted form on."""

    class State(models.TextChoices):
        CONFIGURING = "configuring", "Configuring"
        PROVISIONED = "provisioned", "Provisioned"
        PROVISIONING_FAILED = "provisioning_failed", "Provisioning Failed"

    name = models.CharField(max_length=100)
    subdomain = models.CharField(max_length=50)
    state = models.CharField(max_length=24, choices=State, default=State.CONFIGURING)
    license = models.OneToOneField(PortalLicense, on_delete=models.PROTECT, related_name="portal")
    # The licence's type again: an index over names must have it (written with the portal, in one transaction).
    license_type = models.CharField(
        max_length=12, choices=PortalLicense.Type, default=PortalLicense.Type.PRODUCTION, editable=False
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="portals")
    language = models.PositiveIntegerField()  # LCID
    administrator_id = models.UUIDField()  # systemuserid in the organization
    administrator_name = models.CharField(max_length=200)
    administrator_email = models.EmailField(blank=True)
    audience = models.CharField(max_length=12, choices=Audience)
    portal_type = models.CharField(max_length=32, choices=PortalType)
    options = ArrayField(models.CharField(max_length=32, choices=Option), default=list, blank=True)

    # The two halves of provisioning are kept apart: the address, and the packages.
    address_ready_at = models.DateTimeField(null=True, blank=True)
    package_install_status = models.CharField(
        max_length=24, choices=PackageInstallStatus, default=PackageInstallStatus.NONE
    )
    website_id = models.UUIDField()  # adx_websiteid: chosen before it is created, so a retry finds it
    content_version = models.BigIntegerField(default=0)  # in every page cache key; bumped by any content change

    # Stored, not only indexed: where many rows match, cutting words anew for each row would cost more than the search.
    words = models.GeneratedField(expression=PORTAL_WORDS, output_field=SearchVectorField(), db_persist=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PortalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("subdomain"), name="portals_subdomain_once"),
            models.CheckConstraint(
                condition=Q(subdomain__regex=r"^[a-z0-9]([a-z0-9-]{1,48})[a-z0-9]$"),
                name="portals_subdomain_shape",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # One for each order and filter of the Applications tab (portals/applications.py).
            models.Index(Lower("name"), "id", name="portals_by_name"),
            models.Index("organization", Lower("name"), "id", name="portals_by_org_name"),
            models.Index("state", Lower("name"), "id", name="portals_by_state"),
            models.Index("license_type", Lower("name"), "id", name="portals_by_license_type"),
            models.Index("portal_type", Lower("name"), "id", name="portals_by_type"),
            models.Index(fields=["created_at", "id"], name="portals_by_age"),
            GinIndex(fields=["words"], name="portals_by_words", fastupdate=False),
            models.Index(fields=["subdomain"], name="portals_by_subdomain", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name as the Applications tab shows it, with the source document's suffix."""
        suffix = {
            self.State.CONFIGURING: "-Configuring",
            self.State.PROVISIONING_FAILED: "-Provisioning Failed",
        }.get(self.State(self.state), "")
        return f"{self.name}{suffix}"

    @property
    def host(self) -> str:
        return f"{self.subdomain}.{settings.PORTAL_BASE_DOMAIN}"

    @property
    def url(self) -> str:
        """Where visitors find it, with the edge's port where that is not 443."""
        port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
        return f"https://{self.host}{port}/"


class PortalEvent(models.Model):
    """What happened to a portal: who, from, to, when. Written with the move, in one transaction."""

    id = models.BigAutoField(primary_key=True)
    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    code = models.CharField(max_length=80)  # "portals:created", "portals:moved", "portals:renamed"
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    changes = models.JSONField(default=dict)  # {"name": ["old", "new"]}; never a secret

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
