"""What can be chosen on the portal form, as the API shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from portals.catalog import OPTIONS_FOR_TYPE, TYPES_FOR_AUDIENCE, Audience, Option, PortalType
from solutions.catalog import FeatureRow, feature_table, option_prerequisites


class RequirementSerializer(serializers.Serializer[Any]):
    """A solution that must be in the organization first."""

    unique_name = serializers.CharField(read_only=True)
    minimum = serializers.CharField(read_only=True, help_text="The lowest version that will do.")


class AudienceChoiceSerializer(serializers.Serializer[Any]):
    """An audience and the portal types it is offered."""

    value = serializers.ChoiceField(Audience.choices, read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    portal_types = serializers.ListField(child=serializers.ChoiceField(PortalType.choices), read_only=True)


class PortalTypeChoiceSerializer(serializers.Serializer[Any]):
    """A portal type and its options."""

    value = serializers.ChoiceField(PortalType.choices, read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    options = serializers.ListField(child=serializers.ChoiceField(Option.choices), read_only=True)


class OptionChoiceSerializer(serializers.Serializer[Any]):
    """An option and what it takes."""

    value = serializers.ChoiceField(Option.choices, read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    prerequisites = RequirementSerializer(many=True, read_only=True)


class FeatureSerializer(serializers.Serializer[Any]):
    """One row of the feature table: which portal types bring it."""

    name = serializers.CharField(read_only=True)
    portal_types = serializers.DictField(child=serializers.BooleanField(), read_only=True)


class CatalogSerializer(serializers.Serializer[Any]):
    """Everything the portal form lets choose, and what it brings."""

    audiences = AudienceChoiceSerializer(many=True, read_only=True)
    portal_types = PortalTypeChoiceSerializer(many=True, read_only=True)
    options = OptionChoiceSerializer(many=True, read_only=True)
    features = FeatureSerializer(many=True, read_only=True)


class CatalogEndpoint(Endpoint):
    """What can be chosen on the portal form."""

    noun = "portals"
    serializer_class = CatalogSerializer

    @extend_schema(operation_id="catalog_get")
    def get(self, request: Request) -> Response:
        return Response(CatalogSerializer(catalog()).data)


def catalog() -> dict[str, object]:
    """The catalogue as :class:`CatalogSerializer` shows it."""
    return {
        "audiences": [_choice(audience) | {"portal_types": TYPES_FOR_AUDIENCE[audience]} for audience in Audience],
        "portal_types": [_choice(type_) | {"options": OPTIONS_FOR_TYPE.get(type_, ())} for type_ in PortalType],
        "options": [_choice(option) | {"prerequisites": option_prerequisites(option)} for option in Option],
        "features": [{"name": row.name, "portal_types": _by_value(row)} for row in feature_table()],
    }


def _choice(choice: Audience | PortalType | Option) -> dict[str, object]:
    return {"value": choice.value, "label": choice.label}


def _by_value(row: FeatureRow) -> dict[str, bool]:
    return {portal_type.value: has for portal_type, has in row.by_type.items()}
