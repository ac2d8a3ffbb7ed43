"""The confirmation window of Get latest metadata translations, and the run behind it."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from core.errors import Conflict, NotFound, PortalAdminError, Unavailable
from core.models import User
from operations.models import Operation
from organizations.errors import OrganizationRefused
from organizations.policy import Action
from portals.models import Portal
from portals.services import portal_for
from solutions.translations.services import (
    COMPLETE,
    translation_runs,
    translations_blocked,
    translations_preview,
    translations_update,
)
from solutions.translations.showing import UpdateRun
from solutions.translations.survey import Survey

AWAY = "The instance does not answer. Try again when it does."


@login_required
@never_cache
def translations(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Asks whether to update, after a dry run; POST is Update."""
    portal = _portal(request, portal_id)
    if request.method != "POST":
        return _window(request, portal)
    try:
        run = translations_update(actor=_actor(request), portal_id=portal_id)
    except (Conflict, Unavailable, OrganizationRefused) as refused:
        return _window(request, portal, refused)
    return redirect("portal-translations-run", portal_id, run.pk)


@login_required
@never_cache
def run(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """The progress, and then the result in each language."""
    portal = _portal(request, portal_id)
    page = {"portal": portal, "run": UpdateRun(_run(portal, operation_id))}
    return render(request, "solutions/translations/run.html", page)


@login_required
@never_cache
def live(request: HttpRequest, portal_id: uuid.UUID, operation_id: uuid.UUID) -> HttpResponse:
    """The part of the page that asks for itself again until the run has ended."""
    portal = _portal(request, portal_id)
    page = {"portal": portal, "run": UpdateRun(_run(portal, operation_id))}
    return render(request, "solutions/translations/_run.html", page)


def _window(request: HttpRequest, portal: Portal, refused: PortalAdminError | None = None) -> HttpResponse:
    blocked = translations_blocked(portal)
    survey, problem = _survey(request, portal)
    page: dict[str, Any] = {
        "portal": portal,
        "survey": survey,
        "refused": refused.message if refused else "",
        "why_not": blocked or problem,
        "note": COMPLETE if survey and survey.is_complete else "",
        "runs": [UpdateRun(operation) for operation in translation_runs(portal)],
    }
    status = refused.http_status if refused else 200
    return render(request, "solutions/translations/window.html", page, status=status)


def _survey(request: HttpRequest, portal: Portal) -> tuple[Survey | None, str]:
    """The dry run, or why there is none."""
    try:
        return translations_preview(actor=_actor(request), portal_id=portal.pk), ""
    except OrganizationRefused as refused:
        return None, refused.message
    except Unavailable:
        return None, AWAY


def _portal(request: HttpRequest, portal_id: uuid.UUID) -> Portal:
    return portal_for(actor=_actor(request), portal_id=portal_id, action=Action.TRANSLATIONS_UPDATE)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _run(portal: Portal, operation_id: uuid.UUID) -> Operation:
    found = next((operation for operation in translation_runs(portal) if operation.pk == operation_id), None)
    if found is None:
        raise NotFound("There is no such update.")
    return found
