"""The Instances tab: which organizations there are, what was last read from them, who has which role."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.errors import Unavailable
from core.models import User
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require
from organizations.services import organization_refresh


@login_required
def instances(request: HttpRequest) -> HttpResponse:
    seen = organizations_for(cast(User, request.user), Action.ORGANIZATION_VIEW).annotate(
        user_count=Count("users", filter=Q(users__is_disabled=False), distinct=True),
        administrator_count=Count("users", filter=Q(users__is_system_administrator=True), distinct=True),
    )
    return render(request, "organizations/instances.html", {"instances": seen.prefetch_related("languages")})


@login_required
def instance(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    require(cast(User, request.user), Action.ORGANIZATION_VIEW, organization_id)
    found = get_object_or_404(
        Organization.objects.prefetch_related("languages", "users", "solution_installs"), pk=organization_id
    )
    return render(request, "organizations/instance.html", {"instance": found})


@login_required
@require_POST
def refresh(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Reads languages, users and roles anew; an organization that does not answer is told, not hidden."""
    require(cast(User, request.user), Action.ORGANIZATION_VIEW, organization_id)
    try:
        organization_refresh(organization_id=organization_id)
    except Unavailable as away:
        messages.error(request, away.message)
    else:
        messages.success(request, "Read from the organization just now")
    return redirect("instance", organization_id)
