"""Registering an instance, changing its credentials, removing it; reading it anew and activating a language."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.checking import Report
from core.errors import Conflict, InvalidValue
from core.models import User
from organizations.changing import (
    draft_register,
    draft_test,
    organization_credentials_change,
    organization_remove,
    why_not_removable,
)
from organizations.client import organization_client
from organizations.errors import OrganizationProblem
from organizations.forms import CredentialsForm, RegisterForm
from organizations.models import Organization
from organizations.policy import Action, require
from organizations.runs import language_activate, organization_read_start

SECONDS = 5.0  # how long a page waits for an instance
_SECRETS = sensitive_post_parameters("client_secret", "certificate_password")


@_SECRETS
@login_required
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """The form; its button *Test connection* only looks, and says what it found above the form."""
    actor = cast(User, request.user)
    require(actor, Action.ORGANIZATION_REGISTER)
    form = RegisterForm(*_sent(request))
    report: Report | None = None
    if request.method == "POST":
        draft = form.draft()
        if "test" in request.POST:
            report = form.decide(lambda: draft_test(actor=actor, draft=draft))
        elif registered := form.decide(lambda: draft_register(actor=actor, draft=draft)):
            messages.success(request, f"{registered} is registered")
            return redirect("instance", registered.pk)
    shown = {"form": form, "report": report}
    return render(request, "organizations/register.html", shown, status=form.status)


@_SECRETS
@login_required
@never_cache
def credentials(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    actor = cast(User, request.user)
    require(actor, Action.ORGANIZATION_REGISTER)
    instance = get_object_or_404(Organization, pk=organization_id)
    form = CredentialsForm(*_sent(request))
    if request.method == "POST":
        typed = form.credentials()
        changed = form.decide(
            lambda: organization_credentials_change(actor=actor, organization_id=organization_id, **typed)
        )
        if changed:
            messages.success(request, "The instance accepts the new credentials. They are kept.")
            return redirect("instance", organization_id)
    shown = {"form": form, "instance": instance}
    return render(request, "organizations/credentials.html", shown, status=form.status)


@login_required
@require_POST
def refresh(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Start reading users, roles, languages and solutions anew."""
    try:
        organization_read_start(actor=cast(User, request.user), organization_id=organization_id)
    except Conflict as busy:
        messages.error(request, busy.message)
    return redirect("instance", organization_id)


@login_required
@never_cache
def languages(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Choose a language that the instance has and has not activated."""
    actor = cast(User, request.user)
    require(actor, Action.ORGANIZATION_LANGUAGE, organization_id)
    instance = get_object_or_404(Organization, pk=organization_id)
    shown: dict[str, Any] = {"instance": instance, "error": ""}
    if request.method == "POST":
        try:
            language_activate(
                actor=actor, organization_id=organization_id, lcid=_lcid(request.POST.get("language", ""))
            )
            return redirect("instance", organization_id)
        except (InvalidValue, Conflict) as refused:
            shown["error"], shown["status"] = refused.message, refused.http_status
    try:
        shown["choices"] = _choices(instance)
    except OrganizationProblem as problem:
        shown["problem"] = problem
    return render(request, "organizations/languages.html", shown, status=shown.get("status", 200))


@login_required
@never_cache
def remove(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    actor = cast(User, request.user)
    require(actor, Action.ORGANIZATION_REGISTER)
    instance = get_object_or_404(Organization, pk=organization_id)
    if request.method == "POST":
        try:
            organization_remove(actor=actor, organization_id=organization_id)
        except Conflict as refused:
            messages.error(request, refused.message)
            return redirect("instance", organization_id)
        messages.success(request, f"{instance} is removed from the administration center")
        return redirect("instances")
    shown = {"instance": instance, "why_not": why_not_removable(instance)}
    return render(request, "organizations/remove.html", shown)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form was sent, also where that is nothing at all."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _choices(instance: Organization) -> list[int]:
    with organization_client(instance, within=SECONDS) as client:
        return sorted(set(client.installed_language_packs()) - set(client.provisioned_languages()))


def _lcid(text: str) -> int:
    if not text.isdecimal() or not 1000 < int(text) < 65536:
        raise InvalidValue("Select a language.", field="language", code="organizations:language-invalid")
    return int(text)
