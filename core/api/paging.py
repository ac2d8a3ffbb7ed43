"""Cursor paging: ``results``, ``next``, ``previous``; stable while rows come and go, and as fast on the last page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.serializers import QueryInvalid, QuerySerializer

PAGE_SIZE = 50
PAGE_SIZE_CAP = 200


class PageQuery(QuerySerializer):
    """What every list understands; a list's own filters are added by a subclass."""

    page_size = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text=f"Rows a page: {PAGE_SIZE} unless told, {PAGE_SIZE_CAP} at most whatever is asked.",
    )
    cursor = serializers.CharField(
        required=False, max_length=600, help_text="From `next` or `previous`; never made up."
    )


class CursorPages(CursorPagination):
    """The pages of a list, newest first unless the endpoint says otherwise."""

    page_size = PAGE_SIZE
    max_page_size = PAGE_SIZE_CAP
    page_size_query_param = "page_size"
    ordering = ("-created_at", "id")

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """As the library, but a made-up cursor is the caller's mistake: not "not found", and never our breakdown."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.NotFound, DjangoValidationError, ValueError) as wrong:
            sentence = exceptions.ErrorDetail("This is not a cursor of this list.", code="bad-cursor")
            raise QueryInvalid({"cursor": [sentence]}) from wrong

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        return tuple(getattr(view, "ordering", None) or self.ordering)
