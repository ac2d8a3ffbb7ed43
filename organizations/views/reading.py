"""The Instances tab: which organizations there are, what was last read from them, who has which role."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.models import User
from operations.models import Operation
from operations.progress import operation_progress
from organizations.changing import organization_test
from organizations.models import Organization
from organizations.policy import Action, Reach, organizations_for, reach_of, require
from organizations.runs import LANGUAGE_WORKFLOW, any_run, latest_run

REGISTER_DENIED = "Only a global administrator or Dynamics 365 service administrator can do this."
JOURNEY_DENIED = "Only a system administrator of the instance can do this."
LANGUAGE_DENIED = "Only a system administrator of the instance can activate a language."


@login_required
def instances(request: HttpRequest) -> HttpResponse:
    actor = cast(User, request.user)
    seen = organizations_for(actor, Action.ORGANIZATION_VIEW).annotate(
        user_count=Count("users", filter=Q(users__is_disabled=False), distinct=True),
        administrator_count=Count("users", filter=Q(users__is_system_administrator=True), distinct=True),
    )
    may_register = reach_of(actor).may(Action.ORGANIZATION_REGISTER)
    shown = {
        "instances": seen.prefetch_related("languages"),
        "may_register": may_register,
        "why_not_register": "" if may_register else REGISTER_DENIED,
    }
    return render(request, "organizations/instances.html", shown)


@login_required
@never_cache
def instance(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    return render(request, "organizations/instance.html", _shown(request, organization_id))


@login_required
@never_cache
def instance_live(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """The part that changes, asked for while a run goes on."""
    return render(request, "organizations/_instance.html", _shown(request, organization_id))


@login_required
@never_cache
@require_POST
def connection(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Test the connection with the credentials that are kept."""
    report = organization_test(actor=cast(User, request.user), organization_id=organization_id)
    shown = {"instance": Organization.objects.get(pk=organization_id), "report": report}
    return render(request, "organizations/connection.html", shown)


def _shown(request: HttpRequest, organization_id: uuid.UUID) -> dict[str, Any]:
    actor = cast(User, request.user)
    require(actor, Action.ORGANIZATION_VIEW, organization_id)
    read = Organization.objects.prefetch_related("languages", "users", "solutions", "solution_installs")
    run, is_worked_on = latest_run(organization_id), any_run(organization_id)  # before what they change is read
    return {
        "instance": get_object_or_404(read, pk=organization_id),
        "progress": operation_progress(run) if run and run.status != Operation.Status.SUCCEEDED else None,
        "run": run,
        "run_heading": _heading(run),
        "is_running": bool(run and run.is_active),
        "is_polling": is_worked_on,
        **_rights(reach_of(actor), organization_id),
    }


def _heading(run: Operation | None) -> str:
    if run is None or not run.is_active:
        return "The last run stopped"
    return "A language is being activated" if run.workflow == LANGUAGE_WORKFLOW else "The instance is being read"


def _rights(reach: Reach, organization_id: uuid.UUID) -> dict[str, str]:
    """Why something cannot be done by this reader; "" where it can."""
    may_language = reach.may(Action.ORGANIZATION_LANGUAGE, organization_id)
    may_change = reach.may(Action.ORGANIZATION_REGISTER, organization_id)
    return {
        "why_not_language": "" if may_language else LANGUAGE_DENIED,
        "why_not_change": "" if may_change else REGISTER_DENIED,
        "why_not_journey": "" if reach.may(Action.JOURNEY_EMBED, organization_id) else JOURNEY_DENIED,
    }
