"""The Solutions tab: an instance's solutions, one of them in detail, and what can be done after its plan was shown."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import NotAllowed, PortalAdminError
from core.models import User
from operations.models import Operation
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require
from portals.models import Portal
from solutions.attempts import attempts_count
from solutions.live import installed_solutions
from solutions.managing import solution_named
from solutions.page import solution_detail, solutions_page
from solutions.plan import Kind
from solutions.services import (
    solution_install,
    solution_plan,
    solution_reimport,
    solution_retry,
    solution_uninstall,
    solution_upgrade,
    solutions_cancel,
)

SERVICES = {
    Kind.INSTALL: solution_install,
    Kind.RETRY: solution_retry,
    Kind.UPGRADE: solution_upgrade,
    Kind.REIMPORT: solution_reimport,
    Kind.UNINSTALL: solution_uninstall,
}


@login_required
def solutions(request: HttpRequest) -> HttpResponse:
    """The tab: the first instance's solutions."""
    first = organizations_for(cast(User, request.user), Action.SOLUTION_VIEW).order_by("name").first()
    return redirect("instance-solutions", first.pk) if first else render(request, "solutions/none.html")


@login_required
@never_cache
def instance_solutions(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    organization = _organization(request, organization_id)
    actor = cast(User, request.user)
    seen = organizations_for(actor, Action.SOLUTION_VIEW).order_by("name")
    page = {"page": solutions_page(actor, organization), "instances": seen}
    return render(request, "solutions/solutions.html", page)


@login_required
@never_cache
def instance_solutions_live(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """The part of the list that asks for itself again until no run is under way."""
    organization = _organization(request, organization_id)
    page = {"page": solutions_page(cast(User, request.user), organization)}
    return render(request, "solutions/_solutions.html", page)


@login_required
@require_POST
def cancel(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    organization = _organization(request, organization_id)
    try:
        solutions_cancel(actor=cast(User, request.user), organization=organization)
    except NotAllowed:
        raise
    except PortalAdminError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Cancelling: the run stops before its next solution.")
    return redirect("instance-solutions", organization_id)


@login_required
@never_cache
def solution(request: HttpRequest, organization_id: uuid.UUID, unique_name: str) -> HttpResponse:
    return _detail(request, organization_id, unique_name, "solutions/solution.html")


@login_required
@never_cache
def solution_live(request: HttpRequest, organization_id: uuid.UUID, unique_name: str) -> HttpResponse:
    """The part of the page that asks for itself again until no run is under way."""
    return _detail(request, organization_id, unique_name, "solutions/_solution.html")


@login_required
@never_cache
def plan(request: HttpRequest, organization_id: uuid.UUID, unique_name: str, kind: str) -> HttpResponse:
    """What would be done, in its order; then, posted, the run."""
    organization, asked = _organization(request, organization_id), _kind(kind)
    solution_named(unique_name)
    if request.method == "POST":
        return _start(request, organization, unique_name, asked)
    require(cast(User, request.user), Action.SOLUTION_INSTALL, organization.pk)
    there = installed_solutions(organization)
    shown = solution_plan(
        organization=organization, unique_name=unique_name, kind=asked, there=there, with_dependents=True
    )
    extended = _portal(request, organization) if asked is Kind.INSTALL else None
    page = {"plan": shown, "portal": extended, "page": solutions_page(cast(User, request.user), organization)}
    return render(request, "solutions/plan.html", page)


def _start(request: HttpRequest, organization: Organization, unique_name: str, kind: Kind) -> HttpResponse:
    try:
        _started(request, organization, unique_name, kind)
    except NotAllowed:
        raise
    except PortalAdminError as refused:
        messages.error(request, refused.message)
        return redirect("solution", organization.pk, unique_name)
    messages.success(request, _said(organization, unique_name, kind))
    return redirect("solution", organization.pk, unique_name)


def _started(request: HttpRequest, organization: Organization, unique_name: str, kind: Kind) -> Operation:
    more: dict[str, Any] = {}
    if kind is Kind.UNINSTALL:
        more["with_dependents"] = request.POST.get("with_dependents") == "on"
    if kind is Kind.INSTALL:
        more["portal"] = _portal(request, organization)
    return SERVICES[kind](actor=cast(User, request.user), organization=organization, unique_name=unique_name, **more)


def _said(organization: Organization, unique_name: str, kind: Kind) -> str:
    if kind is Kind.UNINSTALL:
        return "Uninstalling started."
    return f"Attempt {attempts_count(organization.pk, unique_name)} started."


def _detail(request: HttpRequest, organization_id: uuid.UUID, unique_name: str, template: str) -> HttpResponse:
    organization = _organization(request, organization_id)
    solution_named(unique_name)
    detail = solution_detail(cast(User, request.user), organization, unique_name)
    return render(request, template, {"detail": detail, "page": detail.page})


def _portal(request: HttpRequest, organization: Organization) -> Portal | None:
    """The portal that is to be extended, where the address names one."""
    asked = request.GET.get("portal")
    if not asked:
        return None
    try:
        return Portal.objects.get(pk=uuid.UUID(asked), organization=organization)
    except (ValueError, Portal.DoesNotExist) as unknown:
        raise Http404 from unknown


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError as unknown:
        raise Http404 from unknown


def _organization(request: HttpRequest, organization_id: uuid.UUID) -> Organization:
    require(cast(User, request.user), Action.SOLUTION_VIEW, organization_id)
    found = Organization.objects.filter(pk=organization_id).first()
    if found is None:
        raise Http404
    return found
