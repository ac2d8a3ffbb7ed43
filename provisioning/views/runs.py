"""A portal's runs: the one under way or just ended, those before it, and what can be done about them."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import NotFound
from core.models import User
from operations.models import Operation
from organizations.policy import PROVISION_DENIED, Action, may
from portals.models import Portal
from portals.services import portal_for
from provisioning.history import provisioning_history
from provisioning.plan import RESOURCE
from provisioning.progress import Run, log_text, plain_url, run_of
from provisioning.services import provisioning_cancel, provisioning_restart


@login_required
@never_cache
def provisioning(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    run = _newest(request, portal_id)
    page = _run_page(request, run)
    page["history"] = provisioning_history(run.portal).exclude(operation=run.operation)
    return render(request, "provisioning/progress.html", page)


@login_required
@never_cache
def live(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The part of the page that asks for itself again until the run has ended."""
    return render(request, "provisioning/_live.html", _run_page(request, _newest(request, portal_id)))


@login_required
def past_run(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    portal = _portal(request, portal_id)
    run = run_of(portal, _one_of(portal, operation_id))
    return render(request, "provisioning/past_run.html", {"run": run, "portal": portal})


@login_required
def log(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    portal = _portal(request, portal_id)
    text = log_text(run_of(portal, _one_of(portal, operation_id)))
    name = f"{portal.subdomain}-{operation_id}.log"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@login_required
@require_POST
def cancel(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    provisioning_cancel(actor=cast(User, request.user), portal_id=portal_id)
    return redirect("provisioning", portal_id)


@login_required
@require_POST
def restart(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    provisioning_restart(actor=cast(User, request.user), portal_id=portal_id)
    return redirect("provisioning", portal_id)


def _run_page(request: HttpRequest, run: Run) -> dict[str, Any]:
    actor = cast(User, request.user)
    may_provision = may(actor, Action.PORTAL_PROVISION, run.portal.organization_id)
    return {
        "run": run,
        "portal": run.portal,
        "why_not_restart": "" if may_provision else PROVISION_DENIED,
        "plain_url": plain_url(request, run.portal),
    }


def _portal(request: HttpRequest, portal_id: uuid.UUID) -> Portal:
    return portal_for(actor=cast(User, request.user), portal_id=portal_id, action=Action.PORTAL_MANAGE)


def _newest(request: HttpRequest, portal_id: uuid.UUID) -> Run:
    """The portal's newest run. One that has ended may have done so after the portal was read: a page of both would show
    what was before, and ask no more."""
    portal = _portal(request, portal_id)
    operation = _latest(portal)
    if not operation.is_active:
        portal.refresh_from_db(fields=["state", "name"])
    return run_of(portal, operation)


def _latest(portal: Portal) -> Operation:
    run = Operation.objects.of_resource(RESOURCE, portal.pk).first()
    if run is None:
        raise NotFound("This portal has not been provisioned here.")
    return run


def _one_of(portal: Portal, operation_id: uuid.UUID) -> Operation:
    return get_object_or_404(Operation.objects.of_resource(RESOURCE, portal.pk), pk=operation_id)
