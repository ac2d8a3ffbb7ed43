"""The OpenAPI schema: what holds for every endpoint is said here once, so that no view has to repeat it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from drf_spectacular.validation import validate_schema
from rest_framework import serializers

from core.api.endpoints import ListEndpoint
from core.api.serializers import QuerySerializer

PROBLEM = "application/problem+json"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters, such as a UUID. The same key with the same body is done once.",
)
ACCEPTED_HEADERS = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, response=[202], description=description)
    for name, description in (
        ("Location", "What the work is done on."),
        ("Operation-Location", "The operation to poll."),
        ("Retry-After", "Seconds until polling makes sense."),
    )
]


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with the request."""

    pointer = serializers.CharField(help_text="#/name of the body, ?name of the query.")
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. ``code`` is stable; ``errors`` is there for bad input."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField(help_text="Under this id the request is in the log.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class ProblemSchema(AutoSchema):
    """Problems as the answer to everything that goes wrong, cursor pages, idempotency keys."""

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = []
        query = getattr(self.view, "query", QuerySerializer)
        if self.method == "GET" and query().fields:
            parameters.append(query)
        if getattr(getattr(self.view, self.method.lower(), None), "is_idempotent", False):
            parameters.append(IDEMPOTENCY_KEY)
        answers: Any = self.get_response_serializers()
        if isinstance(answers, dict) and 202 in answers:
            parameters += ACCEPTED_HEADERS
        return [*parameters, *super().get_override_parameters()]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(self.view, ListEndpoint) and self.method == "GET"

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = OpenApiResponse(ProblemSerializer, description="What went wrong.")
        bodies["default"] = self._get_response_for_code(problem, "default", [PROBLEM], direction)  # type: ignore[no-untyped-call]
        return bodies


class BearerScheme(OpenApiAuthenticationExtension):
    """``Authorization: Bearer pct_…`` as the schema says it."""

    target_class = "adminsite.api.auth.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "From manage.py createtoken."}


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of the pages as the schema says it."""

    target_class = "adminsite.api.auth.PageSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "With X-CSRFToken to change."}


def schema_text() -> str:
    """The whole schema as YAML.

    Raises:
        ValueError: the generator had to guess something; a guess would be a lie to the caller's tools.
    """
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise ValueError("The schema holds guesses; manage.py spectacular --fail-on-warn tells where.")
    validate_schema(schema)
    text: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return text.decode()
