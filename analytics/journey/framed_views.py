"""The journey inside the organization's own case form: no session, no script, and in that origin's pages alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.journey.embedding import case_named, case_open, case_token, form_open
from analytics.journey.errors import AddressRefused
from analytics.journey.page import journey_page
from analytics.journey.views import SECONDS, away_words, journey_shown
from core.messages import message_for
from organizations.cases.errors import CaseNotFound
from organizations.cases.reading import case_find
from organizations.client import organization_client
from organizations.errors import OrganizationProblem


@require_safe
@never_cache
def form(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the form opens: on to the journey before the case that it shows."""
    try:
        address = form_open(token)
        table = request.GET.get("typename") or request.GET.get("type", "")
        case_id = case_named(address, id=request.GET.get("id", ""), table=table)
    except AddressRefused as refused:
        return _refused(request, refused)
    return _framed(redirect("journey-framed", case_token(address, case_id)), address.origin)


@require_safe
@never_cache
def journey(request: HttpRequest, token: str) -> HttpResponseBase:
    """The journey before the one case that the address was signed for."""
    try:
        address, case_id = case_open(token)
    except AddressRefused as refused:
        return _refused(request, refused)
    shown = journey_shown(request)
    try:
        with organization_client(address.organization, within=SECONDS) as client:
            case = case_find(client, case_id)
        shown["page"] = journey_page(organization=address.organization, case=case, asked=shown["asked"])
    except CaseNotFound as missing:
        shown["away"] = {"heading": missing.message, "text": "", "code": missing.code}
    except OrganizationProblem as problem:
        shown["away"] = away_words(problem)
    return _framed(render(request, "journey/framed.html", shown), address.origin)


def _refused(request: HttpRequest, refused: AddressRefused) -> HttpResponseBase:
    shown = {"message": message_for(refused.code), "code": refused.code}
    answer = render(request, "journey/framed_refused.html", shown, status=refused.http_status)
    origin = refused.context.get("origin", "")
    return _framed(answer, origin) if origin else answer


def _framed(answer: HttpResponse, origin: str) -> HttpResponse:
    """Let the organization's own pages show it in a frame, and nobody else's."""
    answer._csp_replace = {"frame-ancestors": [origin]}  # type: ignore[attr-defined]
    answer.xframe_options_exempt = True  # the older header knows no single origin
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is a key
    return answer
