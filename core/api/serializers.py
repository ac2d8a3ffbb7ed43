"""Serializers that refuse what they do not know, so that a misspelt field is never silently ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError


class QueryInvalid(ValidationError):
    """Something is wrong with the query, not with the body."""


class StrictSerializer(serializers.Serializer[Any]):
    """A body or a query whose every name must be known. All that is wrong is told at once."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            accepted = super().to_internal_value(data)
        except ValidationError as wrong:
            if isinstance(wrong.detail, dict):
                raise ValidationError({**wrong.detail, **unknown}) from wrong
            raise
        if unknown:
            raise ValidationError(unknown)
        return accepted

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        if not isinstance(data, Mapping):
            return {}
        known = [name for name, field in self.fields.items() if not field.read_only]
        return {str(name): [_unknown_name(str(name), known)] for name in data if name not in known}


class NothingSerializer(StrictSerializer):
    """An empty body."""


class QuerySerializer(StrictSerializer):
    """The query parameters of a list. Each may be given once."""

    def to_internal_value(self, data: Any) -> Any:
        """A plain dict goes on: of a QueryDict the library takes ``?state=`` for "not given" and would ignore it."""
        if not isinstance(data, QueryDict):
            return super().to_internal_value(data)
        twice = [name for name, values in data.lists() if len(values) > 1]
        if twice:
            raise ValidationError({name: [ErrorDetail("Give this once.", code="given-twice")] for name in twice})
        return super().to_internal_value(data.dict())


def _unknown_name(name: str, known: list[str]) -> ErrorDetail:
    names = ", ".join(known) or "none"
    return ErrorDetail(f"There is no {name!r} here. Known: {names}.", code="unknown-name")
