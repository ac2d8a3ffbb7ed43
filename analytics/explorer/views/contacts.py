"""One contact in a hub: what is known, all of it as a file, and forgetting it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from analytics.explorer.forms import EraseForm
from analytics.explorer.views.asked import hub_asked, hub_shown
from analytics.explorer.words import slug_of, title_of
from analytics.hub.keys import key_of
from analytics.hub.services.contacts import contact_erase, contact_export, contact_profile
from analytics.hub.services.hubs import hub_uri
from analytics.services.forgetting import contact_forget
from core.errors import NotFound
from organizations.policy import Action, require

LONGEST = 400
TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@login_required
@never_cache
def contacts(request: HttpRequest, name: str) -> HttpResponse:
    """A contact is looked up by its id in the organization."""
    actor, hub = hub_asked(request, name)
    asked = _asked(request)
    shown: dict[str, Any] = {**hub_shown(actor, hub, "hub-contacts"), "asked": asked, "profile": None}
    if asked:
        profile = contact_profile(actor=actor, hub=hub, contact=asked)
        shown["profile"] = profile
        shown["counts"] = [(title_of(one), slug_of(one), n) for one, n in profile.counts.items()]
    return render(request, "explorer/contacts.html", shown)


@login_required
@never_cache
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Everything about the contact that the reader may see."""
    actor, hub = hub_asked(request, name)
    format = "csv" if request.GET.get("format") == "csv" else "json"
    text = contact_export(actor=actor, hub=hub, contact=_named(request), format=format)
    headers = {"Content-Disposition": f'attachment; filename="contact.{format}"'}
    return HttpResponse(text, content_type=TYPES[format], headers=headers)


@login_required
@never_cache
def erase(request: HttpRequest, name: str) -> HttpResponse:
    """What erasing means, and the word to type; then it is done."""
    actor, hub = hub_asked(request, name)
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    contact = _named(request)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = contact_erase(actor=actor, hub=hub, contact=contact)
        contact_forget(hub_uri=hub_uri(hub), contact_id=uuid.UUID(key_of(contact)))
        messages.success(request, f"The contact is erased: {gone.events:,} events are gone for ever.")
        return redirect("hub-contacts", hub.name)
    if form.errors:
        form.status = 400
    profile = contact_profile(actor=actor, hub=hub, contact=contact)
    shown = {**hub_shown(actor, hub, "hub-contacts"), "form": form, "contact": contact, "profile": profile}
    return render(request, "explorer/erase.html", shown, status=form.status)


def _asked(request: HttpRequest) -> str:
    return request.GET.get("id", "").strip()[:LONGEST]


def _named(request: HttpRequest) -> str:
    """
    Raises:
        NotFound: none is named.
    """
    asked = _asked(request)
    if not asked:
        raise NotFound("Which contact?", code="hub:contact-missing")
    return asked
