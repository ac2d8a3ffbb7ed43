"""Licences, portals, their languages and subdomains as the API shows them. Provisioning adds what starts a run."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint, ListEndpoint
from core.api.idempotency import idempotent
from core.api.paging import PageQuery
from core.api.serializers import StrictSerializer
from operations.models import Operation
from organizations.api import organization_visible
from organizations.models import OrganizationLanguage
from portals.languages import PORTAL_LANGUAGES
from portals.models import PackageInstallStatus, Portal, PortalLicense
from portals.services import license_take
from portals.subdomains import subdomain_availability


class LicenseSerializer(serializers.ModelSerializer[PortalLicense]):
    """A Portal Add-On. ``portal`` is the portal that uses it."""

    type = serializers.ChoiceField(PortalLicense.Type.choices, read_only=True)
    state = serializers.ChoiceField(PortalLicense.State.choices, read_only=True)
    portal = serializers.SerializerMethodField()

    class Meta:
        model = PortalLicense
        fields = ("id", "type", "state", "portal", "expires_at")
        read_only_fields = fields

    def get_portal(self, license: PortalLicense) -> uuid.UUID | None:
        portal = getattr(license, "portal", None)
        return portal.pk if portal else None


class LicenseTakeSerializer(StrictSerializer):
    """Which kind of licence to take."""

    type = serializers.ChoiceField(PortalLicense.Type.choices)


class LanguageSerializer(serializers.Serializer[OrganizationLanguage]):
    """A portal language that is activated in the organization."""

    lcid = serializers.IntegerField(read_only=True, help_text="The Windows locale id, such as 1033.")
    code = serializers.SerializerMethodField(help_text="The culture code, such as en-US.")
    name = serializers.SerializerMethodField(help_text="The English name.")

    def get_code(self, language: OrganizationLanguage) -> str:
        return PORTAL_LANGUAGES[language.lcid].code

    def get_name(self, language: OrganizationLanguage) -> str:
        return PORTAL_LANGUAGES[language.lcid].name


class SubdomainSerializer(serializers.Serializer[Any]):
    """Whether a subdomain can be had now. The submission decides."""

    available = serializers.BooleanField(read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why not; empty where it is available.")
    suggestion = serializers.CharField(read_only=True, help_text="One that is free; empty where none was found.")


class PortalSerializer(serializers.ModelSerializer[Portal]):
    """A portal. References are ids, as ``POST portals/`` takes them."""

    type = serializers.ChoiceField(PortalLicense.Type.choices, source="license.type", read_only=True)
    state = serializers.ChoiceField(Portal.State.choices, read_only=True)
    display_name = serializers.CharField(read_only=True, help_text="The name with its suffix, as pages show it.")
    url = serializers.URLField(read_only=True)
    organization = serializers.UUIDField(source="organization_id", read_only=True)
    license = serializers.UUIDField(source="license_id", read_only=True)
    administrator = serializers.UUIDField(source="administrator_id", read_only=True)
    language = serializers.IntegerField(read_only=True, help_text="LCID")
    package_install_status = serializers.ChoiceField(PackageInstallStatus.choices, read_only=True)
    custom_domain = serializers.SerializerMethodField()
    operation = serializers.UUIDField(
        source="latest_operation_id", read_only=True, allow_null=True, help_text="Its latest operation."
    )

    class Meta:
        model = Portal
        fields = (
            "id",
            "name",
            "display_name",
            "state",
            "url",
            "subdomain",
            "type",
            "audience",
            "portal_type",
            "options",
            "organization",
            "language",
            "administrator",
            "license",
            "package_install_status",
            "custom_domain",
            "created_at",
            "updated_at",
            "operation",
        )
        read_only_fields = fields

    def get_custom_domain(self, portal: Portal) -> str | None:
        """The host name of its own under which it is served now."""
        return cast("str | None", getattr(portal, "custom_host", None))


class PortalQuery(PageQuery):
    """The filters of the list of portals."""

    state = serializers.ChoiceField(Portal.State.choices, required=False)
    type = serializers.ChoiceField(PortalLicense.Type.choices, required=False)
    organization = serializers.UUIDField(required=False, help_text="The organization's id.")
    search = serializers.CharField(required=False, max_length=200, help_text="Beginnings of words of name or address.")

    COLUMNS: ClassVar = {"state": "state", "type": "license__type", "organization": "organization_id"}


def portals_with_operation(portals: QuerySet[Portal]) -> QuerySet[Portal]:
    """``portals`` with what :class:`PortalSerializer` reads, in one query."""
    latest = Operation.objects.filter(resource_type="portal", resource_id=OuterRef("pk")).order_by("-created_at")
    # The room above keeps custom domains; one of a portal at most is active.
    served = FilteredRelation("custom_domains", condition=Q(custom_domains__state="active"))
    named = portals.select_related("license").annotate(served=served, custom_host=F("served__host"))
    return named.annotate(latest_operation_id=Subquery(latest.values("pk")[:1]))


def portals_filtered(portals: QuerySet[Portal], asked: dict[str, Any]) -> QuerySet[Portal]:
    """``portals`` as the query's filters narrow them."""
    return portals.filter(**{column: asked[name] for name, column in PortalQuery.COLUMNS.items() if name in asked})


class LicensesEndpoint(ListEndpoint):
    """Portal Add-Ons of the tenant."""

    noun = "licenses"
    serializer_class = LicenseSerializer

    @extend_schema(operation_id="licenses_list")
    def get(self, request: Request) -> Response:
        return self.page(PortalLicense.objects.visible_to(self.actor).select_related("portal"))

    @extend_schema(operation_id="licenses_take", request=LicenseTakeSerializer, responses={201: LicenseSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        license = license_take(actor=self.actor, type=self.body(LicenseTakeSerializer)["type"])
        return Response(LicenseSerializer(license).data, status=201)


class LanguagesEndpoint(ListEndpoint):
    """Portal languages that are activated in the organization."""

    noun = "organizations"
    serializer_class = LanguageSerializer
    ordering = ("lcid", "id")

    @extend_schema(operation_id="organizations_languages")
    def get(self, request: Request, organization_id: uuid.UUID) -> Response:
        organization = organization_visible(self.actor, organization_id)
        return self.page(organization.languages.filter(lcid__in=PORTAL_LANGUAGES))


class SubdomainEndpoint(Endpoint):
    """Whether a subdomain can be had."""

    noun = "portals"
    serializer_class = SubdomainSerializer

    @extend_schema(operation_id="subdomains_get")
    def get(self, request: Request, name: str) -> Response:
        return Response(SubdomainSerializer(subdomain_availability(name)).data)
