"""Taking licences, renaming portals, and looking whether a subdomain is free."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from core.models import User
from organizations.policy import Action, require
from portals.failures import failures_for
from portals.forms import LicenseForm, RenameForm
from portals.services import license_take, portal_for, portal_rename
from portals.subdomains import subdomain_availability

FAILURES_SHOWN = 50


@login_required
def license_page(request: HttpRequest) -> HttpResponse:
    actor = cast(User, request.user)
    require(actor, Action.LICENSE_TAKE)
    form = LicenseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (
        taken := form.decide(lambda: license_take(actor=actor, type=request.POST.get("type", "")))
    ):
        messages.success(request, f"You have a {taken.get_type_display().lower()} licence. Set up your portal.")
        return redirect("set-up", taken.pk)
    return render(request, "portals/license.html", {"form": form}, status=form.status)


@login_required
def rename(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    actor = cast(User, request.user)
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": portal.name})
    name = request.POST.get("name", "")
    if request.method == "POST":
        renamed = form.decide(lambda: portal_rename(actor=actor, portal_id=portal_id, name=name))
        if renamed:
            messages.success(request, "Saved")
            return redirect("portal", portal_id)
    return render(request, "portals/rename.html", {"form": form, "portal": portal}, status=form.status)


@login_required
@never_cache
def failures(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """What stands behind an error id that a visitor read."""
    actor, error_id = cast(User, request.user), request.GET.get("id", "")
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    found = failures_for(actor=actor, portal_id=portal_id, error_id=error_id)[:FAILURES_SHOWN]
    return render(request, "portals/failures.html", {"portal": portal, "failures": found, "error_id": error_id})


@login_required
@never_cache
def subdomain_check(request: HttpRequest) -> HttpResponse:
    """A part of the portal form: advisory, the submission decides."""
    text = request.GET.get("subdomain", "")
    found = subdomain_availability(text) if text.strip() else None
    return render(request, "portals/_subdomain.html", {"found": found})
