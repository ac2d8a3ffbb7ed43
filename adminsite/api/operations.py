"""Operations: who may see which is said by the policy table, which stands above the engine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint, ListEndpoint
from core.api.paging import PageQuery
from core.errors import NotFound
from core.models import User
from operations.api import OperationSerializer, operation_answer, operations_context
from operations.models import Operation
from organizations.policy import Action, reach_of


class OperationQuery(PageQuery):
    """The filters of the list of operations."""

    status = serializers.ChoiceField(Operation.Status.choices, required=False)
    kind = serializers.CharField(required=False, max_length=80, help_text="Such as provision-portal.")
    resource = serializers.UUIDField(required=False, help_text="The id of what it works on, such as a portal's.")

    COLUMNS: ClassVar = {"status": "status", "kind": "workflow", "resource": "resource_id"}


def operations_visible(actor: User) -> QuerySet[Operation]:
    """The operations of the organizations whose portals ``actor`` may see; all of them with a tenant role."""
    seen = reach_of(actor).organizations(Action.PORTAL_VIEW)
    return Operation.objects.all() if seen is None else Operation.objects.filter(organization_id__in=seen)


class OperationsEndpoint(ListEndpoint):
    """Long work, the newest first."""

    noun = "operations"
    query = OperationQuery
    serializer_class = OperationSerializer

    @extend_schema(operation_id="operations_list")
    def get(self, request: Request) -> Response:
        columns = OperationQuery.COLUMNS.items()
        rows = operations_visible(self.actor).filter(
            **{c: self.asked[name] for name, c in columns if name in self.asked}
        )
        return self.page(rows)

    def page_context(self, rows: Sequence[Any]) -> dict[str, Any]:
        return operations_context(rows)


class OperationEndpoint(Endpoint):
    """One piece of long work; poll it as often as Retry-After says."""

    noun = "operations"
    serializer_class = OperationSerializer

    @extend_schema(operation_id="operations_get")
    def get(self, request: Request, operation_id: uuid.UUID) -> Response:
        found = operations_visible(self.actor).filter(pk=operation_id).first()
        if found is None:
            raise NotFound("There is no such operation, or you may not know of it.", code="operations:not-found")
        return operation_answer(found)
