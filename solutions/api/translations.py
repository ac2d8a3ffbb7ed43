"""Get latest metadata translations: a dry run, and the update."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.endpoints import Endpoint
from core.api.idempotency import idempotent
from core.api.serializers import NothingSerializer
from operations.api import OperationSerializer, operation_accepted
from solutions.translations.services import translations_preview, translations_update


class NewerVersionSerializer(serializers.Serializer[Any]):
    """A solution of which a newer version is available; an update does not install it."""

    unique_name = serializers.CharField(source="package.unique_name", read_only=True)
    version = serializers.CharField(read_only=True)
    available_version = serializers.CharField(source="newer", read_only=True)


class LanguageTextsSerializer(serializers.Serializer[Any]):
    """One activated language, in numbers of texts."""

    lcid = serializers.IntegerField(read_only=True)
    missing = serializers.IntegerField(read_only=True, help_text="Would be added.")
    outdated = serializers.IntegerField(read_only=True, help_text="Would be renewed.")
    kept = serializers.IntegerField(read_only=True, help_text="Changed by people: they stay as they are.")


class TranslationsSerializer(serializers.Serializer[Any]):
    """What an update would do."""

    languages = LanguageTextsSerializer(many=True, read_only=True)
    newer_versions = NewerVersionSerializer(source="newer", many=True, read_only=True)


class TranslationsUpdateEndpoint(Endpoint):
    """The metadata translations of a portal's solutions."""

    noun = "portals"
    serializer_class = TranslationsSerializer

    @extend_schema(operation_id="portals_translations_preview")
    def get(self, request: Request, portal_id: uuid.UUID) -> Response:
        """The dry run: what an update would add. Nothing is changed."""
        survey = translations_preview(actor=self.actor, portal_id=portal_id)
        return Response(TranslationsSerializer(survey).data)

    @extend_schema(
        operation_id="portals_update_translations", request=NothingSerializer, responses={202: OperationSerializer}
    )
    @idempotent
    def post(self, request: Request, portal_id: uuid.UUID) -> Response:
        """Import the portal's solutions again in the same version, for the languages that are activated now."""
        self.body(NothingSerializer)
        operation = translations_update(actor=self.actor, portal_id=portal_id)
        return operation_accepted(request, operation, location=reverse("api:portal", args=[portal_id], request=request))
