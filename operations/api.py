"""Operations as the API shows them. Who may see which is decided above, where the roles are known."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.problems import problem_named
from operations.models import Operation
from operations.overview import operations_progress
from operations.progress import Progress, StepView, operation_progress

POLL_SECONDS = 1
UNEXPECTED = "operations:unexpected"
PLANNED_STATUSES = ("not_started", "running", "waiting", "done", "skipped", "failed")


class StepSerializer(serializers.Serializer[StepView]):
    """One step of an operation."""

    name = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    status = serializers.ChoiceField(PLANNED_STATUSES, read_only=True)
    attempts = serializers.IntegerField(read_only=True)
    started_at = serializers.DateTimeField(read_only=True, allow_null=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)
    message = serializers.CharField(read_only=True)


class ResourceSerializer(serializers.Serializer[Operation]):
    """What an operation works on."""

    type = serializers.CharField(source="resource_type", read_only=True)
    id = serializers.UUIDField(source="resource_id", read_only=True)
    name = serializers.CharField(source="resource_label", read_only=True)


class OperationProblemSerializer(serializers.Serializer[Any]):
    """Why an operation failed, in the shape of every problem of the API."""

    type = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    status = serializers.IntegerField(read_only=True)
    detail = serializers.CharField(read_only=True)
    code = serializers.CharField(read_only=True)
    step = serializers.CharField(read_only=True)


class OperationSerializer(serializers.Serializer[Operation]):
    """Long work: how far it is, and how it ended."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.CharField(source="workflow", read_only=True)
    status = serializers.ChoiceField(Operation.Status.choices, read_only=True)
    resource = ResourceSerializer(source="*", read_only=True)
    percent = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    waiting_for = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_percent(self, operation: Operation) -> int:
        return self._progress(operation).percent

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, operation: Operation) -> Any:
        return [StepSerializer(step).data for step in self._progress(operation).steps]

    @extend_schema_field(OperationProblemSerializer(allow_null=True))
    def get_error(self, operation: Operation) -> dict[str, object] | None:
        return operation_problem(operation.error) if operation.error else None

    def _progress(self, operation: Operation) -> Progress:
        known: dict[uuid.UUID, Progress] = self.context["progress"]
        return known[operation.pk]


def operation_answer(operation: Operation, **answer: Any) -> Response:
    """The operation as an answer's body; while it runs, with the seconds until asking again makes sense."""
    context = {"progress": {operation.pk: operation_progress(operation)}}
    response = Response(OperationSerializer(operation, context=context).data, **answer)
    if operation.is_active:
        response["Retry-After"] = str(POLL_SECONDS)
    return response


def operation_accepted(request: Request, operation: Operation, *, location: str) -> Response:
    """202: the work has been written down and will be done. ``location`` is what it is done on."""
    response = operation_answer(operation, status=202)
    response["Location"] = location
    response["Operation-Location"] = reverse("api:operation", args=[operation.pk], request=request)
    return response


def operations_context(operations: Sequence[Operation]) -> dict[str, Any]:
    """What :class:`OperationSerializer` needs for a page of operations."""
    return {"progress": operations_progress(operations)}


def operation_problem(error: Mapping[str, Any]) -> dict[str, object]:
    """The error that ended a run as a problem; ours to mend is 500, everything else stands in somebody's way."""
    status = 500 if error["code"] == UNEXPECTED else 409
    return {**problem_named(error["code"], status, error["message"]), "step": error.get("step", "")}
