"""Portal Analytics: the Tracking Portal Interaction page, its windows, and the runs behind them."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages as told
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from analytics.forms import ConfigureForm, DeleteForm, KeyForm
from analytics.kinds import KINDS
from analytics.models import InsightsConnection
from analytics.plan import RESOURCE
from analytics.services.connections import (
    connection_configure,
    connection_delete,
    connection_for,
    connection_of,
    connection_update_key,
)
from analytics.services.switching import interaction_switch, refused_resend
from analytics.services.testing import connection_test
from analytics.showing import AnalyticsRun, Tracking, run_latest
from core.checking import Report
from core.errors import NotFound
from core.models import User
from operations.models import Operation
from organizations.policy import Action
from portals.models import Portal
from portals.services import portal_for


@login_required
@never_cache
def tracking(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Tracking Portal Interaction."""
    return _tracking(request, _portal(request, portal_id))


@login_required
@never_cache
@sensitive_post_parameters("shared_key")
def configure(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The window Configure Portal Interaction Tracking."""
    portal = _portal(request, portal_id)
    connection = connection_of(portal)
    if connection is not None and connection.state != InsightsConnection.State.FAILED:
        return redirect("analytics", portal_id)
    form = ConfigureForm(initial=_initial(connection))
    if request.method == "POST":
        form = ConfigureForm(request.POST)
        if run := form.decide(lambda: _configure(request, portal_id, form)):
            return redirect("analytics-run", portal_id, run.pk)
    return render(request, "analytics/configure.html", {"portal": portal, "form": form}, status=form.status)


@login_required
@never_cache
@sensitive_post_parameters("shared_key")
def update(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Update D365 Customer Insights configuration: the key only."""
    connection = _connection(request, portal_id)
    form = KeyForm()
    if request.method == "POST":
        form = KeyForm(request.POST)
        if form.decide(lambda: _update(request, portal_id, form)):
            told.success(request, "The shared key was updated")
            return redirect("analytics", portal_id)
    page = {"portal": connection.portal, "connection": connection, "form": form}
    return render(request, "analytics/update.html", page, status=form.status)


@login_required
@never_cache
def delete(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Delete D365 Customer Insights integration: says what will happen, asks for the name."""
    connection = _connection(request, portal_id)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (run := form.decide(lambda: _delete(request, connection.portal, form))):
        return redirect("analytics-run", portal_id, run.pk)
    page = {"portal": connection.portal, "shown": Tracking(connection), "form": form}
    return render(request, "analytics/delete.html", page, status=form.status)


@login_required
@never_cache
def run(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """The progress window, and the confirmation with Close."""
    portal = _portal(request, portal_id)
    return render(request, "analytics/run.html", {"portal": portal, "run": _run(portal, operation_id)})


@login_required
@never_cache
def live(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """The part of the page that asks for itself again until the run has ended."""
    portal = _portal(request, portal_id)
    return render(request, "analytics/_run.html", {"portal": portal, "run": _run(portal, operation_id)})


@login_required
@require_POST
def switch(request: HttpRequest, portal_id: uuid.UUID, name: str) -> HttpResponse:
    """Capture an interaction at this portal, or no longer."""
    is_on = request.POST.get("is_on") == "on"
    started = interaction_switch(actor=_actor(request), portal_id=portal_id, name=name, is_on=is_on)
    if started is not None:
        return redirect("analytics-run", portal_id, started.pk)
    told.success(request, f"{KINDS[name].display_name} is {'captured' if is_on else 'not captured any more'}")
    return redirect("analytics", portal_id)


@login_required
@require_POST
def test(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Test connection."""
    report = connection_test(actor=_actor(request), portal_id=portal_id)
    return _tracking(request, _portal(request, portal_id), report)


@login_required
@require_POST
def resend(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """What the hub refused waits to be sent again."""
    count = refused_resend(actor=_actor(request), portal_id=portal_id)
    told.success(request, f"{count} interaction{'' if count == 1 else 's'} will be sent again")
    return redirect("analytics", portal_id)


def _tracking(request: HttpRequest, portal: Portal, report: Report | None = None) -> HttpResponse:
    connection, latest = connection_of(portal), run_latest(portal)
    page: dict[str, Any] = {
        "portal": portal,
        "shown": Tracking(connection) if connection else None,
        "run": AnalyticsRun(latest) if latest else None,
        "report": report,
    }
    return render(request, "analytics/tracking.html", page)


def _configure(request: HttpRequest, portal_id: uuid.UUID, form: ConfigureForm) -> Operation:
    values = {name: str(form[name].value() or "") for name in ("hub_uri", "policy_name", "shared_key")}
    accepted = bool(form["accept_terms"].value())
    return connection_configure(actor=_actor(request), portal_id=portal_id, accept_terms=accepted, **values)


def _update(request: HttpRequest, portal_id: uuid.UUID, form: KeyForm) -> InsightsConnection:
    key = str(form["shared_key"].value() or "")
    return connection_update_key(actor=_actor(request), portal_id=portal_id, shared_key=key)


def _delete(request: HttpRequest, portal: Portal, form: DeleteForm) -> Operation:
    form.typed_require(portal.name)
    return connection_delete(actor=_actor(request), portal_id=portal.pk)


def _initial(failed: InsightsConnection | None) -> dict[str, str]:
    """What was typed in before it failed; never the key."""
    return {"hub_uri": failed.hub_uri, "policy_name": failed.policy_name} if failed else {}


def _connection(request: HttpRequest, portal_id: uuid.UUID) -> InsightsConnection:
    return connection_for(actor=_actor(request), portal_id=portal_id, action=Action.ANALYTICS_MANAGE)


def _portal(request: HttpRequest, portal_id: uuid.UUID) -> Portal:
    return portal_for(actor=_actor(request), portal_id=portal_id, action=Action.ANALYTICS_MANAGE)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _run(portal: Portal, operation_id: uuid.UUID) -> AnalyticsRun:
    found = Operation.objects.of_resource(RESOURCE, portal.pk).filter(pk=operation_id).first()
    if found is None:
        raise NotFound("There is no such run.")
    return AnalyticsRun(found)
