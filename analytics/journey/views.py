"""The journey beside a case, as a part of the case's page or as a page of its own; and its address for other forms."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages as told
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from analytics.journey.embedding import form_url, journey_address_make, journey_address_withdraw, origin_of
from analytics.journey.forms import AddressForm
from analytics.journey.models import JourneyAddress
from analytics.journey.page import asked_of, journey_page
from analytics.journey.values import LANES, SLUGS, Span
from core.messages import message_for
from core.models import User
from organizations.cases.reading import case_find, cases_client
from organizations.errors import OrganizationProblem
from organizations.models import Organization
from organizations.policy import Action, require

SECONDS = 3.0  # for the case; as many again for the hubs
KINDS = tuple((SLUGS[name], kind.display_name) for name, kind in LANES.items())


@login_required
@never_cache
def case_journey(request: HttpRequest, organization_id: uuid.UUID, case_id: uuid.UUID) -> HttpResponse:
    """A part of the case's page where htmx asks for it, else a page."""
    actor = cast(User, request.user)
    require(actor, Action.CASE_VIEW, organization_id)
    organization = get_object_or_404(Organization, pk=organization_id)
    shown = {"organization": organization, "case_id": case_id, **journey_shown(request)}
    try:
        with cases_client(actor, organization, within=SECONDS) as client:
            case = case_find(client, case_id)
        shown["page"] = journey_page(organization=organization, case=case, asked=shown["asked"])
    except OrganizationProblem as problem:
        shown["away"] = away_words(problem)
    is_part = "HX-Request" in request.headers
    return render(request, "journey/_journey.html" if is_part else "journey/journey.html", shown)


@login_required
@never_cache
def address(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """The address that is put into the instance's own case form."""
    actor = cast(User, request.user)
    require(actor, Action.JOURNEY_EMBED, organization_id)
    organization = get_object_or_404(Organization, pk=organization_id)
    form = AddressForm(request.POST or None, initial={"origin": origin_of(organization)})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made = form.decide(lambda: journey_address_make(actor=actor, organization=organization, **typed))
        if made:
            told.success(request, "The address is made. An older one shows nothing any more.")
            return redirect("journey-address", organization.pk)
    current = JourneyAddress.objects.filter(organization=organization).select_related("made_by").first()
    shown = {"instance": organization, "form": form, "current": current, "url": form_url(current) if current else ""}
    return render(request, "journey/address.html", shown, status=form.status)


@login_required
@require_POST
def address_withdraw(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    organization = get_object_or_404(Organization, pk=organization_id)
    journey_address_withdraw(actor=cast(User, request.user), organization=organization)
    told.success(request, "The address is withdrawn. Forms that hold it show nothing any more.")
    return redirect("journey-address", organization.pk)


def journey_shown(request: HttpRequest) -> dict[str, Any]:
    """What every form of the journey shows, before anything was read."""
    asked = asked_of(request.GET.dict(), request.GET.getlist("kind"))
    return {"asked": asked, "page": None, "away": None, "spans": Span.choices, "kinds": KINDS, "here": request.path}


def away_words(problem: OrganizationProblem) -> dict[str, str]:
    """Why the case could not be read."""
    known = message_for(problem.code)
    return {"heading": known.heading if known else problem.message, "text": problem.message, "code": problem.code}
