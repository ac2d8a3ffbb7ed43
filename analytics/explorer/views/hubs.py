"""The Customer Insights tab: hubs, one hub at a glance, making one, how long it keeps events."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from analytics.explorer.charts import bars_of
from analytics.explorer.forms import HubForm, RetentionForm
from analytics.explorer.views.asked import hub_asked, hub_shown
from analytics.hub.services.charts import events_by_day, items_top, searches_top, searches_without_result
from analytics.hub.services.hubs import hub_create, hub_retention_change, hub_uri, hubs_visible
from analytics.hub.services.policies import policy_keys
from analytics.kinds import ARTICLE
from core.models import User
from organizations.policy import Action, organizations_for, require

DAYS = (7, 30, 90)


@login_required
@never_cache
def hubs(request: HttpRequest) -> HttpResponse:
    actor = cast(User, request.user)
    require(actor, Action.HUB_VIEW)
    live = Count("interaction_types", filter=Q(interaction_types__deleted_at=None), distinct=True)
    rows = hubs_visible(actor).select_related("organization").annotate(type_count=live)
    shown = {
        "hubs": [(hub, hub_uri(hub)) for hub in rows],
        "may_create": organizations_for(actor, Action.HUB_MANAGE).exists(),
    }
    return render(request, "explorer/hubs.html", shown)


@login_required
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    actor = cast(User, request.user)
    require(actor, Action.HUB_MANAGE)
    organizations = organizations_for(actor, Action.HUB_MANAGE).order_by("name")
    form = HubForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = form.decide(lambda: hub_create(actor=actor, **typed))
        if made:
            hub, policy = made
            keys = policy_keys(actor=actor, hub=hub, name=policy.name)
            shown = {**hub_shown(actor, hub, "hub-policies"), "keys": keys, "what": "The hub is made"}
            return render(request, "explorer/keys.html", shown)
    return render(request, "explorer/create.html", {"form": form}, status=form.status)


@login_required
@never_cache
def overview(request: HttpRequest, name: str) -> HttpResponse:
    """Interactions over time, what was searched for and read most. All of it was counted when it was stored."""
    actor, hub = hub_asked(request, name)
    asked_days = request.GET.get("days", "")
    days = int(asked_days) if asked_days in {str(choice) for choice in DAYS} else 30
    counted = events_by_day(actor=actor, hub=hub, days=days)
    shown = {
        **hub_shown(actor, hub, "hub-overview"),
        "days": days,
        "choices": DAYS,
        "chart": bars_of(counted, days=days, today=timezone.now().date()),
        "searches": searches_top(actor=actor, hub=hub, days=days),
        "missed": searches_without_result(actor=actor, hub=hub, days=days),
        "articles": items_top(actor=actor, hub=hub, days=days, type=ARTICLE.name),
    }
    return render(request, "explorer/overview.html", shown)


@login_required
@never_cache
def settings(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    form = RetentionForm(request.POST or None, initial={"retention_months": hub.retention_months})
    if request.method == "POST" and form.is_valid():
        months = form.cleaned_data["retention_months"]
        if form.decide(lambda: hub_retention_change(actor=actor, hub=hub, retention_months=months)):
            messages.success(request, f"Events are kept for {months} months.")
            return redirect("hub-settings", hub.name)
    shown = {**hub_shown(actor, hub, "hub-settings"), "form": form}
    return render(request, "explorer/settings.html", shown, status=form.status)
