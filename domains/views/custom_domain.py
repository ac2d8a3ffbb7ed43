"""The custom domain page of a portal: status, DNS, TLS, events, and what can be done."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages as told
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.errors import InvalidValue
from core.models import User
from domains.certificates.errors import CertificateRefused
from domains.custom.errors import CheckedJustNow
from domains.forms import UPLOAD, CertificateForm, HstsForm, RemoveForm
from domains.models import Certificate, CustomDomain
from domains.services.certificate_uploads import WORTH_KEEPING, upload_forget, upload_keep, upload_kept
from domains.services.certificates import certificate_upload
from domains.services.custom_domains import (
    domain_certificate_change,
    domain_change_cancel,
    domain_check,
    domain_for,
    domain_redirect,
    domain_remove,
)
from domains.services.domain_https import domain_hsts
from domains.services.domain_rules import portal_obstacle, portal_with_domains
from domains.services.drafts import records_for
from domains.views.shown import domain_banner, domain_page, history_of
from portals.models import Portal


@login_required
@never_cache
def custom_domain(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    portal = portal_with_domains(actor=cast(User, request.user), portal_id=portal_id)
    entries = CustomDomain.objects.of_portal(portal.pk).select_related("portal", "certificate", "replaces")
    domain = entries.main().first()
    successor = entries.filter(replaces__isnull=False).first()
    obstacle = portal_obstacle(portal)
    shown = domain_page(portal, domain) if domain else None
    page = {
        "portal": portal,
        "shown": shown,
        "hsts": HstsForm(initial={"seconds": shown.binding.hsts}) if shown and shown.binding else None,
        "successor": domain_page(portal, successor) if successor else None,
        "records": records_for(portal, domain.host) if domain else (),
        "history": history_of(domain) if domain else [],
        "banner": domain_banner(portal),
        "why_not": obstacle.message if obstacle else "",
    }
    return render(request, "domains/custom_domain.html", page)


@login_required
@require_POST
def check(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The button "Check again"."""
    actor = cast(User, request.user)
    try:
        domain_check(actor=actor, portal_id=portal_id)
    except CheckedJustNow as too_soon:
        told.warning(request, too_soon.message)
    domain = domain_for(actor=actor, portal_id=portal_id, newest=True)
    is_active = domain.state == CustomDomain.State.ACTIVE
    return redirect("custom-domain" if is_active else "domain-done", portal_id)


@login_required
@never_cache
@sensitive_post_parameters("password")
def certificate(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Another certificate for the domain; the old one is served until the edge shows the new one."""
    actor = cast(User, request.user)
    domain = domain_for(actor=actor, portal_id=portal_id)
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    kept_name = (upload_kept(actor=actor) or ("",))[0]
    form = CertificateForm(portal=portal, kept_name=kept_name)
    if request.method == "POST":
        form = CertificateForm(request.POST, request.FILES, portal=portal, kept_name=kept_name)
        if form.decide(lambda: _change(actor, portal, domain, form)):
            return redirect("domain-done", portal_id)
    page = {"portal": portal, "domain": domain, "form": form}
    return render(request, "domains/change_certificate.html", page, status=form.status)


@login_required
@require_POST
def redirect_choose(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Whether the portal URL leads to the custom domain."""
    domain_redirect(actor=cast(User, request.user), portal_id=portal_id, is_on=request.POST.get("redirect") == "on")
    told.success(request, "Saved")
    return redirect("custom-domain", portal_id)


@login_required
@require_POST
def hsts_choose(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """How long browsers insist on HTTPS."""
    try:
        domain_hsts(actor=cast(User, request.user), portal_id=portal_id, seconds=request.POST.get("seconds", ""))
        told.success(request, "Saved")
    except InvalidValue as refused:
        told.error(request, refused.message)
    return redirect("custom-domain", portal_id)


@login_required
@require_POST
def change_cancel(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The new domain is given up; the present one stays."""
    domain_change_cancel(actor=cast(User, request.user), portal_id=portal_id)
    return redirect("custom-domain", portal_id)


@login_required
@never_cache
def remove(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Asks for the name, says what will happen, removes."""
    actor = cast(User, request.user)
    domain = domain_for(actor=actor, portal_id=portal_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.decide(lambda: _remove(actor, domain, portal_id, form)):
        told.success(request, f"{domain.shown} was removed")
        return redirect("custom-domain", portal_id)
    page = {"portal": domain.portal, "domain": domain, "form": form}
    return render(request, "domains/remove.html", page, status=form.status)


def _change(actor: User, portal: Portal, domain: CustomDomain, form: CertificateForm) -> bool:
    form.choice_require()
    chosen = _uploaded(actor, portal, domain, form).pk if form.chosen == UPLOAD else form.certificate_id()
    domain_certificate_change(actor=actor, portal_id=portal.pk, certificate_id=chosen)
    return True


def _uploaded(actor: User, portal: Portal, domain: CustomDomain, form: CertificateForm) -> Certificate:
    name, data = form.uploaded()
    if not name:
        name, data = upload_kept(actor=actor) or ("", b"")
    password, organization = form.password_typed(), portal.organization
    try:
        made = form.diagnosed(
            lambda: certificate_upload(
                actor=actor, organization=organization, data=data, password=password, host=domain.host
            )
        )
    except CertificateRefused as refused:
        if refused.code in WORTH_KEEPING:
            upload_keep(actor=actor, name=name, data=data)
            form.kept_name = name
        raise
    upload_forget(actor=actor)
    return made


def _remove(actor: User, domain: CustomDomain, portal_id: uuid.UUID, form: RemoveForm) -> bool:
    form.typed_require(domain.host)
    domain_remove(actor=actor, portal_id=portal_id)
    return True
