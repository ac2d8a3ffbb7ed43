"""The portal form and its Terms of Service. Nothing is stored until the terms are accepted: the values travel along."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.addresses import client_address
from core.models import User
from organizations.policy import Action, require
from portals.catalog import PortalType
from portals.models import Portal, PortalLicense
from portals.services import license_usable
from provisioning.forms import PortalForm, TermsForm, announced, refresh, token_from, values_from
from provisioning.services import provisioning_preflight, provisioning_submit
from provisioning.terms import terms_current, terms_require
from provisioning.truth import values_accept
from solutions.catalog import feature_table


@login_required
def set_up(request: HttpRequest, license_id: uuid.UUID) -> HttpResponse:
    """The empty form, or the same form after a choice changed or to see the checks; nothing is written here."""
    license = _license(request, license_id)
    if license.is_assigned:
        return redirect("portal", Portal.objects.get(license=license).pk)
    license_usable(license_id)
    actor = cast(User, request.user)
    values = refresh(values_from(request.POST, license_id=license_id), actor=actor)
    form = PortalForm(actor=actor, values=values, token=token_from(request.POST))
    if request.POST.get("action") == "check":
        checks = provisioning_preflight(actor=actor, values=values)
        met = sum(check.passed for check in checks)
        return _announce(_form_page(request, license, form, checks=checks), f"{met} of {len(checks)} checks passed")
    return _announce(_form_page(request, license, form), form.choices.summary)


@login_required
def terms(request: HttpRequest, license_id: uuid.UUID) -> HttpResponse:
    """The Terms of Service over the form's values: shown where the values can be accepted, then accepted."""
    license = _license(request, license_id)
    if request.method != "POST":
        return render(request, "provisioning/terms_only.html", {"license": license, "terms": terms_current()})
    actor = cast(User, request.user)
    values = values_from(request.POST, license_id=license_id)
    form = PortalForm(actor=actor, values=values, token=token_from(request.POST))
    if request.POST.get("action") == "accept":
        return _accept(request, license, form)
    if form.decide_or_deny(lambda: values_accept(actor=actor, values=values)):
        return _terms_page(request, license, form, TermsForm())
    return _form_page(request, license, form)


def _accept(request: HttpRequest, license: PortalLicense, form: PortalForm) -> HttpResponse:
    actor = cast(User, request.user)
    agreed = TermsForm(request.POST)
    acceptance = agreed.acceptance(client_address(request))
    agreed.decide(lambda: terms_require(acceptance))
    if agreed.errors:
        return _terms_page(request, license, form, agreed)
    token = token_from(request.POST)
    operation = form.decide_or_deny(
        lambda: provisioning_submit(actor=actor, values=form.values, terms=acceptance, form_token=token)
    )
    if operation:
        return redirect("provisioning", operation.resource_id)
    return _form_page(request, license, form)


def _announce(answer: HttpResponse, text: str) -> HttpResponse:
    answer["HX-Trigger"] = announced(text)
    return answer


def _form_page(request: HttpRequest, license: PortalLicense, form: PortalForm, checks: Any = None) -> HttpResponse:
    page = {
        "license": license,
        "form": form,
        "choices": form.choices,
        "checks": checks,
        "features": feature_table(),
        "portal_types": list(PortalType),
        "base_domain": settings.PORTAL_BASE_DOMAIN,
    }
    return render(request, "provisioning/set_up.html", page, status=form.status)


def _terms_page(request: HttpRequest, license: PortalLicense, form: PortalForm, agreed: TermsForm) -> HttpResponse:
    checks = provisioning_preflight(actor=cast(User, request.user), values=form.values)
    page = {"license": license, "form": form, "agreed": agreed, "terms": terms_current(), "checks": checks}
    return render(request, "provisioning/terms.html", page, status=agreed.status)


def _license(request: HttpRequest, license_id: uuid.UUID) -> PortalLicense:
    require(cast(User, request.user), Action.LICENSE_VIEW)
    return get_object_or_404(PortalLicense, pk=license_id)
