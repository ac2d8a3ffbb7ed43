"""The model of a hub: interaction types and their links to contacts, KPIs, policies and their keys."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from analytics.explorer.forms import KpiForm, LinkForm, PolicyForm, RightsForm
from analytics.explorer.portals import portals_connected, sharers_told
from analytics.explorer.views.asked import hub_asked, hub_shown
from analytics.explorer.words import slug_of, title_of
from analytics.hub.models import AuthorizationPolicy, Hub, InteractionType
from analytics.hub.services import model, policies
from analytics.hub.services.charts import types_counted
from analytics.hub.services.hubs import hub_uri
from analytics.services.switching import interaction_type_missing
from core.errors import NotFound
from core.models import User
from organizations.policy import Action, require


@login_required
@never_cache
def types(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    links = {link.type: link for link in model.links_list(actor=actor, hub=hub)}
    rows = [
        {"type": one, "title": title_of(one.name), "slug": slug_of(one.name), "link": links.get(one.name)}
        for one in types_counted(actor=actor, hub=hub)
    ]
    return render(request, "explorer/types.html", {**hub_shown(actor, hub, "hub-types"), "rows": rows})


@login_required
@never_cache
def type_delete(request: HttpRequest, name: str, type_name: str) -> HttpResponse:
    """What deleting a type means, and for which portals; then it is done."""
    actor, hub = _managed(request, name)
    title = title_of(type_name)
    if request.method == "POST":
        model.type_delete(actor=actor, hub=hub, name=type_name)
        interaction_type_missing(hub_uri=hub_uri(hub), name=type_name)
        messages.success(request, f"{title} is deleted. Portals stop sending it; what was stored stays.")
        return redirect("hub-types", hub.name)
    sharers = sharers_told(actor=actor, hub=hub, name=type_name)
    shown = {**hub_shown(actor, hub, "hub-types"), "title": title, "type_name": type_name, "sharers": sharers}
    return render(request, "explorer/type_delete.html", shown)


@login_required
@require_POST
def type_restore(request: HttpRequest, name: str, type_name: str) -> HttpResponse:
    actor, hub = _managed(request, name)
    model.type_restore(actor=actor, hub=hub, name=type_name)
    messages.success(
        request, f"The hub takes {title_of(type_name)} again. Turn it on at each portal that shall send it."
    )
    return redirect("hub-types", hub.name)


@login_required
@never_cache
def link(request: HttpRequest, name: str, type_name: str) -> HttpResponse:
    """Which property of the interactions of a type names the contact."""
    actor, hub = _managed(request, name)
    now = {one.type: one for one in model.links_list(actor=actor, hub=hub)}.get(type_name)
    properties = _properties(hub, type_name)
    form = LinkForm(request.POST or None, properties=properties, initial={"source": now.source if now else ""})
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        if form.decide(lambda: model.link_put(actor=actor, hub=hub, type_name=type_name, source=source)):
            messages.success(request, f"{title_of(type_name)} is linked to contacts by {source}, from now on.")
            return redirect("hub-types", hub.name)
    shown = {**hub_shown(actor, hub, "hub-types"), "form": form, "title": title_of(type_name), "now": now}
    return render(request, "explorer/link.html", shown, status=form.status)


@login_required
@never_cache
def kpis(request: HttpRequest, name: str) -> HttpResponse:
    actor, hub = hub_asked(request, name)
    names = list(InteractionType.objects.filter(hub=hub, deleted_at=None).values_list("name", flat=True))
    form = KpiForm(request.POST or None, types=names)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if form.decide(lambda: model.kpi_put(actor=actor, hub=hub, **typed)):
            messages.success(request, f"The KPI {typed['name']} is there.")
            return redirect("hub-kpis", hub.name)
    shown = {**hub_shown(actor, hub, "hub-kpis"), "kpis": model.kpis_list(actor=actor, hub=hub), "form": form}
    return render(request, "explorer/kpis.html", shown, status=form.status)


@login_required
@require_POST
def kpi_delete(request: HttpRequest, name: str, kpi_name: str) -> HttpResponse:
    actor, hub = _managed(request, name)
    model.kpi_delete(actor=actor, hub=hub, name=kpi_name)
    messages.success(request, f"The KPI {kpi_name} is deleted.")
    return redirect("hub-kpis", hub.name)


@login_required
@never_cache
def policies_page(request: HttpRequest, name: str) -> HttpResponse:
    """The policies, and a form for a new one, whose keys are shown once."""
    actor, hub = hub_asked(request, name)
    rows = policies.policies_list(actor=actor, hub=hub)
    form = PolicyForm(request.POST or None, initial={"permissions": ["Read", "Write", "Manage"]})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if typed["name"] in {row.name for row in rows}:
            form.add_error("name", "There is a policy of this name. Open it to change what it may do.")
            form.status = 409
        else:
            keys = form.decide(lambda: policies.policy_create(actor=actor, hub=hub, **typed))
            if keys:
                shown = {**hub_shown(actor, hub, "hub-policies"), "keys": keys, "what": "The policy is made"}
                return render(request, "explorer/keys.html", shown)
    shown = {**hub_shown(actor, hub, "hub-policies"), "policies": rows, "form": form}
    return render(request, "explorer/policies.html", shown, status=form.status)


@login_required
@never_cache
def policy(request: HttpRequest, name: str, policy_name: str) -> HttpResponse:
    """What a policy may do. Its keys are not shown again."""
    actor, hub = _managed(request, name)
    found = _policy(actor, hub, policy_name)
    form = RightsForm(request.POST or None, initial={"permissions": found.permissions})
    if request.method == "POST" and form.is_valid():
        rights = form.cleaned_data["permissions"]
        if form.decide(lambda: policies.policy_create(actor=actor, hub=hub, name=policy_name, permissions=rights)):
            messages.success(request, f"{policy_name} may {', '.join(rights)}. Its keys are the same.")
            return redirect("hub-policies", hub.name)
    is_root = found.name == AuthorizationPolicy.ROOT
    shown = {**hub_shown(actor, hub, "hub-policies"), "policy": found, "form": form, "is_root": is_root}
    return render(request, "explorer/policy.html", shown, status=form.status)


@login_required
@never_cache
def policy_delete(request: HttpRequest, name: str, policy_name: str) -> HttpResponse:
    """What deleting a policy means, and which portals use it; then it is done."""
    actor, hub = _managed(request, name)
    if request.method == "POST":
        policies.policy_delete(actor=actor, hub=hub, name=policy_name)
        messages.success(request, f"The policy {policy_name} is deleted. Its keys open nothing any more.")
        return redirect("hub-policies", hub.name)
    users = portals_connected(actor=actor, hub=hub, policy_name=_policy(actor, hub, policy_name).name)
    shown = {**hub_shown(actor, hub, "hub-policies"), "policy_name": policy_name, "users": users}
    return render(request, "explorer/policy_delete.html", shown)


@login_required
@never_cache
@require_POST
def key_regenerate(request: HttpRequest, name: str, policy_name: str) -> HttpResponse:
    """A new key in the place of one of the two; it is shown once."""
    actor, hub = _managed(request, name)
    primary = request.POST.get("key") == "primary"
    keys = policies.policy_key_regenerate(actor=actor, hub=hub, name=policy_name, primary=primary)
    what = f"The {'primary' if primary else 'secondary'} key is made anew"
    only = "primary" if primary else "secondary"
    shown = {**hub_shown(actor, hub, "hub-policies"), "keys": keys, "what": what, "only": only}
    return render(request, "explorer/keys.html", shown)


def _managed(request: HttpRequest, name: str) -> tuple[User, Hub]:
    """
    Raises:
        NotAllowed, NotFound
    """
    actor, hub = hub_asked(request, name)
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    return actor, hub


def _policy(actor: User, hub: Hub, name: str) -> AuthorizationPolicy:
    """
    Raises:
        NotFound
    """
    found = next((one for one in policies.policies_list(actor=actor, hub=hub) if one.name == name), None)
    if found is None:
        raise NotFound("There is no such policy.", code="hub:ResourceNotFound")
    return found


def _properties(hub: Hub, type_name: str) -> list[str]:
    """The fields of the type that could name a contact.

    Raises:
        NotFound
    """
    found = InteractionType.objects.filter(hub=hub, name=type_name, deleted_at=None).first()
    if found is None:
        raise NotFound("There is no such interaction type.", code="hub:ResourceNotFound")
    fields = found.definition["fields"]
    return [one["fieldName"] for one in fields if one.get("fieldType", "Edm.String") in ("Edm.String", "Edm.Guid")]
