"""Portals: list, form, rename, restart. What starts a run answers 202 with the operation."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.endpoints import Endpoint, ListEndpoint
from core.api.idempotency import idempotent
from core.api.serializers import StrictSerializer
from operations.api import OperationSerializer, operation_accepted
from operations.models import Operation
from organizations.policy import Action
from portals.api import PortalQuery, PortalSerializer, portals_filtered, portals_with_operation
from portals.catalog import Audience, Option, PortalType
from portals.models import Portal
from portals.services import portal_for, portal_rename
from provisioning.services import provisioning_change_and_restart, provisioning_restart, provisioning_submit
from provisioning.terms import TermsAcceptance, terms_current
from provisioning.values import ATTRIBUTES, PortalValues

LCID_CAP = 0xFFFFF  # an LCID has 20 bits


class PortalValuesSerializer(StrictSerializer):
    """The fields of the portal form that may change before a restart."""

    name = serializers.CharField(allow_blank=True)
    subdomain = serializers.CharField(allow_blank=True)
    organization = serializers.UUIDField(help_text="The organization's id.")
    language = serializers.IntegerField(
        min_value=0, max_value=LCID_CAP, help_text="LCID of a language that is activated there."
    )
    administrator = serializers.UUIDField(help_text="systemuserid of a System Administrator there.")
    audience = serializers.ChoiceField(Audience.choices)
    portal_type = serializers.ChoiceField(PortalType.choices)
    options = serializers.ListField(child=serializers.ChoiceField(Option.choices), max_length=10, required=False)


class PortalSubmitSerializer(PortalValuesSerializer):
    """The portal form and the acceptance of the Terms of Service."""

    license = serializers.UUIDField(help_text="An available licence's id.")
    accept_terms = serializers.BooleanField(help_text="Must be true: the Terms of Service are accepted.")


class PortalChangeSerializer(PortalValuesSerializer):
    """Changed values for a restart; what is left out stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "partial": True})


class PortalRenameSerializer(StrictSerializer):
    """The only value that can be changed while a portal is not failed."""

    name = serializers.CharField(allow_blank=True)


class PortalsEndpoint(ListEndpoint):
    """The portals the caller may see."""

    noun = "portals"
    query = PortalQuery
    serializer_class = PortalSerializer

    @extend_schema(operation_id="portals_list")
    def get(self, request: Request) -> Response:
        seen = Portal.objects.visible_to(self.actor).search(self.asked.get("search", ""))
        return self.page(portals_with_operation(portals_filtered(seen, self.asked)))

    @extend_schema(operation_id="portals_create", request=PortalSubmitSerializer, responses={202: OperationSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Submit the portal form; needs System Administrator of the organization."""
        asked = self.body(PortalSubmitSerializer)
        operation = provisioning_submit(actor=self.actor, values=_values(asked), terms=_terms(asked, request))
        return _accepted(request, operation)


class PortalEndpoint(Endpoint):
    """One portal."""

    noun = "portals"
    serializer_class = PortalSerializer

    @extend_schema(operation_id="portals_get")
    def get(self, request: Request, portal_id: uuid.UUID) -> Response:
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.PORTAL_VIEW)
        return self._portal(portal_id)

    @extend_schema(operation_id="portals_rename", request=PortalRenameSerializer)
    def patch(self, request: Request, portal_id: uuid.UUID) -> Response:
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
        portal_rename(actor=self.actor, portal_id=portal_id, name=self.body(PortalRenameSerializer)["name"])
        return self._portal(portal_id)

    def _portal(self, portal_id: uuid.UUID) -> Response:
        portal = portals_with_operation(Portal.objects.filter(pk=portal_id)).get()
        return Response(PortalSerializer(portal).data)


class PortalRestartEndpoint(Endpoint):
    """Restart Provisioning; with values in the body, Change Values and Restart Provisioning."""

    noun = "portals"
    serializer_class = OperationSerializer

    @extend_schema(
        operation_id="portals_restart_provisioning",
        request=PortalChangeSerializer,
        responses={202: OperationSerializer},
    )
    @idempotent
    def post(self, request: Request, portal_id: uuid.UUID) -> Response:
        portal_for(actor=self.actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
        changes = self.body(PortalChangeSerializer)
        return _accepted(request, _restart(self, portal_id, changes))


def _restart(view: Endpoint, portal_id: uuid.UUID, changes: dict[str, Any]) -> Operation:
    if not changes:
        return provisioning_restart(actor=view.actor, portal_id=portal_id)
    return provisioning_change_and_restart(actor=view.actor, portal_id=portal_id, changes=changes)


def _accepted(request: Request, operation: Operation) -> Response:
    portal = reverse("api:portal", args=[operation.resource_id], request=request)
    return operation_accepted(request, operation, location=portal)


def _values(asked: dict[str, Any]) -> PortalValues:
    named = {ATTRIBUTES[field]: value for field, value in asked.items() if field in ATTRIBUTES}
    return PortalValues(**{**named, "options": tuple(asked.get("options", ()))})


def _terms(asked: dict[str, Any], request: Request) -> TermsAcceptance:
    """True accepts the text that counts now; its version and hash are stored with the request."""
    if not asked["accept_terms"]:
        return TermsAcceptance(version="", sha256="")
    current = terms_current()
    return TermsAcceptance(current.version, current.sha256, request.META.get("REMOTE_ADDR") or None)
