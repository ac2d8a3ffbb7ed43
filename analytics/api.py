"""A portal's analytics through the API. The key goes in and never comes out."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics.kinds import KINDS
from analytics.models import InsightsConnection, InteractionType
from analytics.services.connections import (
    connection_configure,
    connection_delete,
    connection_for,
    connection_update_key,
)
from analytics.showing import Tracking
from core.api.endpoints import Endpoint
from core.api.serializers import StrictSerializer
from operations.api import OperationSerializer, operation_accepted
from organizations.policy import Action
from portals.services import portal_for


class InteractionTypeSerializer(serializers.Serializer[InteractionType]):
    """One interaction at this portal."""

    name = serializers.ChoiceField(tuple(KINDS), read_only=True)
    display_name = serializers.CharField(source="kind.display_name", read_only=True)
    is_captured = serializers.BooleanField(read_only=True)
    is_on = serializers.BooleanField(read_only=True, help_text="The portal's own switch.")
    missing_since = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when the hub has no such type; it is not captured."
    )
    last_sent_at = serializers.DateTimeField(read_only=True, allow_null=True)


class SendingErrorSerializer(serializers.Serializer[Any]):
    """The last thing that went wrong."""

    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    is_over = serializers.BooleanField(read_only=True)


class RefusedSerializer(serializers.Serializer[Any]):
    """Interactions that the hub refused, by type and reason."""

    type = serializers.CharField(read_only=True)
    code = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    count = serializers.IntegerField(read_only=True)
    last_at = serializers.DateTimeField(read_only=True)


class AnalyticsSerializer(serializers.Serializer[InsightsConnection]):
    """A portal's connection to a Customer Insights hub."""

    hub_uri = serializers.CharField(read_only=True)
    policy_name = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(InsightsConnection.State.choices, read_only=True)
    terms_version = serializers.CharField(read_only=True)
    key_set_at = serializers.DateTimeField(read_only=True)
    last_success_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_error = serializers.SerializerMethodField()
    backlog = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()
    interactions = serializers.SerializerMethodField()

    @extend_schema_field(SendingErrorSerializer(allow_null=True))
    def get_last_error(self, connection: InsightsConnection) -> dict[str, Any] | None:
        if connection.last_error_at is None:
            return None
        return {
            "code": connection.last_error_code,
            "detail": connection.last_error_text,
            "at": connection.last_error_at,
            "is_over": connection.failures == 0,
        }

    def get_backlog(self, connection: InsightsConnection) -> int:
        return Tracking(connection).backlog

    @extend_schema_field(RefusedSerializer(many=True))
    def get_refused(self, connection: InsightsConnection) -> Any:
        return RefusedSerializer(Tracking(connection).refused, many=True).data

    @extend_schema_field(InteractionTypeSerializer(many=True))
    def get_interactions(self, connection: InsightsConnection) -> Any:
        return [InteractionTypeSerializer(row).data for row in Tracking(connection).types]


class AnalyticsPutSerializer(StrictSerializer):
    """What Configure Portal Interaction Tracking asks for."""

    hub_uri = serializers.CharField(allow_blank=True, max_length=1000)
    policy_name = serializers.CharField(allow_blank=True, max_length=200)
    shared_key = serializers.CharField(allow_blank=True, max_length=2000, trim_whitespace=False, write_only=True)
    accept_terms = serializers.BooleanField()


class AnalyticsPatchSerializer(StrictSerializer):
    """The key; the hub's address is read-only."""

    shared_key = serializers.CharField(allow_blank=True, max_length=2000, trim_whitespace=False, write_only=True)


class AnalyticsEndpoint(Endpoint):
    """The one connection of a portal."""

    noun = "analytics"
    serializer_class = AnalyticsSerializer

    @extend_schema(operation_id="portals_analytics")
    def get(self, request: Request, portal_id: uuid.UUID) -> Response:
        connection = connection_for(actor=self.actor, portal_id=portal_id, action=Action.ANALYTICS_VIEW)
        return Response(AnalyticsSerializer(connection).data)

    @extend_schema(
        operation_id="portals_analytics_put", request=AnalyticsPutSerializer, responses={202: OperationSerializer}
    )
    def put(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Configure Portal Interaction Tracking."""
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
        asked = self.body(AnalyticsPutSerializer)
        operation = connection_configure(actor=self.actor, portal_id=portal_id, **asked)
        return operation_accepted(request, operation, location=_address(request, portal_id))

    @extend_schema(
        operation_id="portals_analytics_patch", request=AnalyticsPatchSerializer, responses={200: AnalyticsSerializer}
    )
    def patch(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Update the shared key. It is tried at the hub first."""
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.ANALYTICS_MANAGE)
        asked = self.body(AnalyticsPatchSerializer)
        connection = connection_update_key(actor=self.actor, portal_id=portal_id, shared_key=asked["shared_key"])
        return Response(AnalyticsSerializer(connection).data)

    @extend_schema(operation_id="portals_analytics_delete", responses={202: OperationSerializer})
    def delete(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Delete the connection; what the hub has stays there."""
        operation = connection_delete(actor=self.actor, portal_id=portal_id)
        return operation_accepted(request, operation, location=_address(request, portal_id))


def _address(request: Request, portal_id: uuid.UUID) -> str:
    return str(reverse("api:analytics", args=[portal_id], request=request))
