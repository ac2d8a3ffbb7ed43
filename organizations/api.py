"""Organizations as the API shows them."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint, ListEndpoint
from core.errors import NotFound
from core.models import User
from organizations.models import Organization, OrganizationUser
from organizations.policy import Action, Reach, organizations_for, reach_of


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization (instance) with the caller's own roles in it."""

    roles = serializers.SerializerMethodField(help_text="The caller's roles that count in this organization.")

    class Meta:
        model = Organization
        fields = ("id", "name", "unique_name", "url", "base_language", "roles")
        read_only_fields = fields

    def get_roles(self, organization: Organization) -> list[str]:
        reach: Reach = self.context["reach"]
        return sorted(role.value for role in reach.roles_in(organization.pk))


class AdministratorSerializer(serializers.ModelSerializer[OrganizationUser]):
    """A user who can be named as portal administrator; ``id`` is the systemuserid."""

    id = serializers.UUIDField(source="systemuser_id", read_only=True)

    class Meta:
        model = OrganizationUser
        fields = ("id", "name", "email")
        read_only_fields = fields


def organization_visible(actor: User, organization_id: uuid.UUID) -> Organization:
    """The organization, if ``actor`` may see it.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = organizations_for(actor, Action.ORGANIZATION_VIEW).filter(pk=organization_id).first()
    if found is None:
        raise NotFound("There is no such organization, or you have no role in it.", code="organizations:not-found")
    return found


class OrganizationsEndpoint(ListEndpoint):
    """The organizations in which the caller has a role."""

    noun = "organizations"
    serializer_class = OrganizationSerializer
    ordering = ("name", "id")

    @extend_schema(operation_id="organizations_list")
    def get(self, request: Request) -> Response:
        rows = organizations_for(self.actor, Action.ORGANIZATION_VIEW)
        return self.page(rows, reach=reach_of(self.actor))


class OrganizationEndpoint(Endpoint):
    """One organization."""

    noun = "organizations"
    serializer_class = OrganizationSerializer

    @extend_schema(operation_id="organizations_get")
    def get(self, request: Request, organization_id: uuid.UUID) -> Response:
        found = organization_visible(self.actor, organization_id)
        context: dict[str, Any] = {"reach": reach_of(self.actor)}
        return Response(OrganizationSerializer(found, context=context).data)


class AdministratorsEndpoint(ListEndpoint):
    """Users who hold System Administrator there, by name."""

    noun = "organizations"
    serializer_class = AdministratorSerializer
    ordering = ("name", "id")

    @extend_schema(operation_id="organizations_administrators")
    def get(self, request: Request, organization_id: uuid.UUID) -> Response:
        organization = organization_visible(self.actor, organization_id)
        return self.page(organization.users.filter(is_system_administrator=True, is_disabled=False))
