"""The base of every view of the API: who asks, which scope it takes, which names its query and body know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.paging import CursorPages, PageQuery
from core.api.serializers import QueryInvalid, QuerySerializer, StrictSerializer
from core.models import User


class Endpoint(GenericAPIView[Any]):
    """One address of the API.

    Attributes:
        noun: what a token's scope must name: ``portals`` takes ``portals:read``, or ``portals:write`` to change.
        query: the query parameters it knows; by default none, and then any is refused.
    """

    noun: ClassVar[str]
    query: ClassVar[type[QuerySerializer]] = QuerySerializer
    asked: dict[str, Any]  # the query parameters, checked and typed

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        query = self.query(data=request.query_params)
        if not query.is_valid():
            raise QueryInvalid(query.errors)
        self.asked = query.validated_data

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Adds what the throttle left on the request: how much of the limit is left."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "limit_headers", {}).items():
            answer[name] = value
        return answer

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def body(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The request's body, checked and typed.

        Raises:
            ValidationError: with everything that is wrong.
        """
        asked = serializer(data=self.request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        return cast(dict[str, Any], asked.validated_data)


class ListEndpoint(Endpoint):
    """One address that answers a page of a list."""

    query = PageQuery
    pagination_class = CursorPages
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "id")

    def page(self, rows: QuerySet[Model], **context: Any) -> Response:
        """The asked page of ``rows`` through the view's ``serializer_class``."""
        found = self.paginate_queryset(rows) or []
        seen = {**self.get_serializer_context(), **context, **self.page_context(found)}
        return self.get_paginated_response(self.get_serializer_class()(found, many=True, context=seen).data)

    def page_context(self, rows: Sequence[Any]) -> dict[str, Any]:
        """What the serializer needs to know about all rows of the page, read at once."""
        return {}
