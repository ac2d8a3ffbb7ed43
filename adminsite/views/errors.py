"""Errors as pages: what happened, whose turn it is, what to do next."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from core.errors import NotAllowed, PortalAdminError
from core.messages import message_for
from core.models import User
from organizations.models import RoleAssignment
from organizations.models.assignment import TENANT_ROLES
from organizations.policy import POLICY, Action
from portals.models import Portal

logger = structlog.get_logger(__name__)
HOLDERS_NAMED = 3

HEADINGS = {
    400: "This request could not be understood",
    403: "You do not have access",
    404: "Page not found",
    409: "This cannot be done now",
    500: "Something went wrong",
    503: "Not available at the moment",
}


def problem_page(request: HttpRequest, error: PortalAdminError) -> HttpResponse:
    """The page of one of our own errors."""
    is_ours = error.http_status == 500
    level = logging.ERROR if is_ours else logging.INFO
    logger.log(level, "problem_shown", code=error.code, status=error.http_status, path=request.path, exc_info=is_ours)
    if isinstance(error, NotAllowed):
        return _denied(request, error)
    said = message_for(error.code)
    page = {
        "heading": said.heading if said else HEADINGS.get(error.http_status, HEADINGS[500]),
        "body": error.message,
        "next_action": said.next_action if said else "",
        "reference": error.code,
    }
    answer = _page(request, error.http_status, page)
    if (wait := getattr(error, "retry_after", None)) is not None:
        answer["Retry-After"] = str(int(wait))
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, {"body": "Go back and try again."})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _denied(request, NotAllowed("You do not have the role that this needs."))


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened in another sign-in, or cookies are switched off."""
    logger.info("csrf_refused", reason=reason, path=request.path)
    body = "The page you sent was opened before your last sign-in, or your browser refuses cookies."
    return _page(
        request, 403, {"heading": "Open the page again", "body": body, "next_action": "Reload it and try again."}
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, {"body": "The address may be mistyped, or what was there has been deleted."})


def broken(request: HttpRequest) -> HttpResponse:
    """Nobody expected this. The log has the same reference as the page."""
    reference = uuid.uuid4().hex[:12]
    logger.error("page_broken", reference=reference, path=request.path, exc_info=True)
    page = {
        "body": "It is not your fault. The error has been written to the log.",
        "next_action": "Try again. If it happens again, give the reference to whoever runs this server.",
        "reference": reference,
    }
    # Rendered without the request: asking who is signed in may be the very thing that is broken.
    return HttpResponse(render_to_string("errors/problem.html", _complete(500, page)), status=500)


def _denied(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    page = {"heading": HEADINGS[403], "body": error.message, "helpers": _who_can_help(request, error)}
    return _page(request, 403, page)


def _page(request: HttpRequest, status: int, page: dict[str, Any]) -> HttpResponse:
    complete = _complete(status, page)
    if hasattr(request, "user") and request.user.is_authenticated:
        complete |= {"layout": "layouts/manage.html", "is_known": True}
    return render(request, "errors/problem.html", complete, status=status)


def _complete(status: int, page: dict[str, Any]) -> dict[str, Any]:
    blank = {"body": "", "next_action": "", "reference": "", "helpers": (), "is_known": False}
    where = {"layout": "layouts/plain.html", "home": reverse("applications")}
    return {"heading": HEADINGS[status], **blank, **where, **page}


def _who_can_help(request: HttpRequest, error: NotAllowed) -> list[User]:
    """Up to three holders of a role that would have been enough, those nearest to the organization first."""
    action = error.context.get("action", Action.PORTAL_MANAGE.value)
    roles = POLICY[Action(action)]
    holders = RoleAssignment.objects.filter(role__in=roles, user__is_active=True)
    organization_id = _organization_id(request, error)
    near = holders.filter(organization_id=organization_id) if organization_id else holders.none()
    tenant = holders.filter(role__in=TENANT_ROLES)
    found = dict.fromkeys(
        held.user
        for part in (near, tenant)
        for held in part.select_related("user").order_by("user__name")[:HOLDERS_NAMED]
    )
    return list(found)[:HOLDERS_NAMED]


def _organization_id(request: HttpRequest, error: NotAllowed) -> uuid.UUID | None:
    if "organization_id" in error.context:
        return uuid.UUID(str(error.context["organization_id"]))
    asked = request.resolver_match.kwargs if request.resolver_match else {}
    if "organization_id" in asked:
        return uuid.UUID(str(asked["organization_id"]))
    if "portal_id" in asked:
        return Portal.objects.filter(pk=asked["portal_id"]).values_list("organization_id", flat=True).first()
    return None
