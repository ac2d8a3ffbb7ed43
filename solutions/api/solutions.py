"""The solutions of an organization and what can be done with them. What starts a run answers 202 with the operation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.endpoints import Endpoint
from core.api.idempotency import idempotent
from core.api.paging import PageQuery
from core.api.sequences import page_by_name
from core.api.serializers import NothingSerializer, StrictSerializer
from operations.api import OperationSerializer, operation_accepted
from operations.models import Operation
from organizations.api import organization_visible
from organizations.models import Organization
from organizations.policy import Action, require
from solutions.inventory import SolutionStatus, SolutionView, solutions_of
from solutions.services import (
    solution_install,
    solution_reimport,
    solution_retry,
    solution_uninstall,
    solution_upgrade,
)


class PrerequisiteSerializer(serializers.Serializer[Any]):
    """A prerequisite of a solution and whether the organization has it."""

    unique_name = serializers.CharField(read_only=True)
    met = serializers.BooleanField(read_only=True)


class SolutionSerializer(serializers.Serializer[SolutionView]):
    """One of our packages in one organization."""

    unique_name = serializers.CharField(read_only=True)
    friendly_name = serializers.CharField(read_only=True)
    version = serializers.CharField(read_only=True, help_text="Installed; empty where it is not.")
    available_version = serializers.CharField(read_only=True)
    status = serializers.ChoiceField(SolutionStatus.choices, read_only=True)
    prerequisites = PrerequisiteSerializer(many=True, read_only=True)
    last_error = serializers.CharField(source="failure", read_only=True)


class SolutionPageSerializer(serializers.Serializer[Any]):
    """A page of the solutions of an organization."""

    results = SolutionSerializer(many=True, read_only=True)
    next = serializers.CharField(read_only=True, allow_null=True)
    previous = serializers.CharField(read_only=True, allow_null=True)


class UninstallSerializer(StrictSerializer):
    """How to uninstall."""

    with_dependents = serializers.BooleanField(
        required=False, default=False, help_text="Uninstall first, in the right order, what depends on it."
    )


class SolutionsEndpoint(Endpoint):
    """Our packages in an organization, as its own list of solutions says at this moment."""

    noun = "solutions"
    query = PageQuery
    serializer_class = SolutionPageSerializer

    @extend_schema(operation_id="organizations_solutions")
    def get(self, request: Request, organization_id: uuid.UUID) -> Response:
        organization = organization_visible(self.actor, organization_id)
        require(self.actor, Action.SOLUTION_VIEW, organization.pk)
        page = page_by_name(solutions_of(organization), name=lambda one: one.unique_name, asked=self.asked)
        return Response(page.answer(request, [SolutionSerializer(one).data for one in page.rows]))


class SolutionRunEndpoint(Endpoint):
    """One request to an organization's solutions, which starts a run."""

    noun = "solutions"
    serializer_class = OperationSerializer
    service: ClassVar[Callable[..., Operation]]
    asks: ClassVar[type[StrictSerializer]] = NothingSerializer

    def start(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        """Start it.

        Raises:
            NotFound, NotAllowed; ``solutions:installing`` while another run works there.
        """
        organization = organization_visible(self.actor, organization_id)
        require(self.actor, Action.SOLUTION_INSTALL, organization.pk)
        operation = self._started(organization, unique_name, self.body(self.asks))
        location = reverse("api:solutions", args=[organization.pk], request=request)
        return operation_accepted(request, operation, location=location)

    def _started(self, organization: Organization, unique_name: str, asked: dict[str, Any]) -> Operation:
        service = type(self).service
        return service(actor=self.actor, organization=organization, unique_name=unique_name, **asked)


class SolutionInstallEndpoint(SolutionRunEndpoint):
    """Install a solution with what it needs of ours."""

    service = staticmethod(solution_install)

    @extend_schema(operation_id="solutions_install", request=NothingSerializer, responses={202: OperationSerializer})
    @idempotent
    def post(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        return self.start(request, organization_id, unique_name)


class SolutionRetryEndpoint(SolutionRunEndpoint):
    """Retry an installation that failed; portals that stopped at it go on afterwards."""

    service = staticmethod(solution_retry)

    @extend_schema(operation_id="solutions_retry", request=NothingSerializer, responses={202: OperationSerializer})
    @idempotent
    def post(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        return self.start(request, organization_id, unique_name)


class SolutionUpgradeEndpoint(SolutionRunEndpoint):
    """Upgrade an installed solution to the version that is available."""

    service = staticmethod(solution_upgrade)

    @extend_schema(operation_id="solutions_upgrade", request=NothingSerializer, responses={202: OperationSerializer})
    @idempotent
    def post(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        return self.start(request, organization_id, unique_name)


class SolutionReimportEndpoint(SolutionRunEndpoint):
    """Import an installed solution once more in the same version."""

    service = staticmethod(solution_reimport)

    @extend_schema(operation_id="solutions_reimport", request=NothingSerializer, responses={202: OperationSerializer})
    @idempotent
    def post(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        return self.start(request, organization_id, unique_name)


class SolutionUninstallEndpoint(SolutionRunEndpoint):
    """Uninstall a solution; refused by the organization while others depend on it."""

    service = staticmethod(solution_uninstall)
    asks = UninstallSerializer

    @extend_schema(
        operation_id="solutions_uninstall", request=UninstallSerializer, responses={202: OperationSerializer}
    )
    @idempotent
    def post(self, request: Request, organization_id: uuid.UUID, unique_name: str) -> Response:
        return self.start(request, organization_id, unique_name)
