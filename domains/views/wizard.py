"""Add a Custom Domain Name: one thing per page. What was decided is in the draft's row, so every page is an address."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages as told
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.forms import ServiceForm
from core.models import User
from domains.custom import messages
from domains.custom.errors import CnameMissing, DraftExpired
from domains.dns import DnsReport
from domains.forms import UPLOAD, CertificateForm, HostNameForm
from domains.models import CustomDomain, DomainDraft
from domains.services.custom_domains import one_require
from domains.services.domain_rules import portal_require_ready, portal_with_domains
from domains.services.drafts import (
    draft_begin,
    draft_certificate_choose,
    draft_certificate_upload,
    draft_finish,
    draft_for,
    draft_host_choose,
    draft_of,
    records_for,
)
from domains.views.shown import domain_page, wizard_steps
from portals.models import Portal


@login_required
@never_cache
@sensitive_post_parameters("password")
def certificate(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Choose a SSL certificate."""
    actor = cast(User, request.user)
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    portal_require_ready(portal)
    draft = _going_on(actor, portal)
    replaces = "change" in request.GET or (draft is not None and draft.replaces_id is not None)
    one_require(portal, replaces=replaces)
    if request.method != "POST":
        return _certificate_page(request, portal, draft, CertificateForm(portal=portal, draft=draft))
    draft = draft_begin(actor=actor, portal_id=portal_id, replaces=replaces)
    form = CertificateForm(request.POST, request.FILES, portal=portal, draft=draft)
    if form.decide(lambda: _certificate_decide(actor, draft, form)):
        return redirect("domain-host-name", portal_id)
    return _certificate_page(request, portal, draft, form)


@login_required
@never_cache
def host_name(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Choose a host name, with the record to create and what DNS says now."""
    actor = cast(User, request.user)
    draft = _draft(request, portal_id)
    if draft is None or not draft.has_certificate:
        return redirect("domain-certificate", portal_id)
    if request.method != "POST":
        return _host_page(request, draft, HostNameForm(draft=draft))
    form = HostNameForm(request.POST, draft=draft)
    report = form.decide(lambda: draft_host_choose(actor=actor, draft=draft, **_host_typed(form)))
    if report is None:
        return _host_page(request, draft, form)
    if report.is_ok or request.POST.get("action") == "wait":
        return redirect("domain-review", portal_id)
    form.refuse("hostname", CnameMissing(messages.CNAME_MISSING, field="hostname"))
    return _host_page(request, draft, form)


@login_required
@never_cache
def review(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """Review what was entered; Next begins creating the SSL binding."""
    actor = cast(User, request.user)
    if request.method == "POST":
        form = ServiceForm(request.POST)
        found = form.decide(
            lambda: draft_finish(actor=actor, portal_id=portal_id, draft_id=_draft_id(request.POST.get("draft", "")))
        )
        if found:
            return redirect("domain-done", portal_id)
    else:
        form = ServiceForm()
    draft = _draft(request, portal_id)
    if draft is None or not draft.has_certificate or not draft.host:
        return redirect("domain-host-name" if draft and draft.has_certificate else "domain-certificate", portal_id)
    page = _page(draft.portal, draft, "review") | {"draft": draft, "form": form, "report": draft.report}
    return render(request, "domains/wizard_review.html", page, status=form.status)


@login_required
@never_cache
def done(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The run, and when it has ended well the source document's sentence with its hyperlink."""
    portal = portal_with_domains(actor=cast(User, request.user), portal_id=portal_id)
    domain = _newest(portal)
    if domain is None:
        return redirect("custom-domain", portal_id)
    page = _page(portal, None, "done") | {"shown": domain_page(portal, domain)}
    return render(request, "domains/wizard_done.html", page)


@login_required
@never_cache
def live(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    """The part of the page that asks for itself again until the run has ended."""
    portal = portal_with_domains(actor=cast(User, request.user), portal_id=portal_id)
    domain = _newest(portal)
    if domain is None:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("custom-domain", args=[portal_id])})
    return render(request, "domains/_live.html", {"portal": portal, "shown": domain_page(portal, domain)})


def _certificate_decide(actor: User, draft: DomainDraft, form: CertificateForm) -> bool:
    form.choice_require()
    if form.chosen == UPLOAD:
        name, data = form.uploaded()
        password = form.password_typed()
        form.diagnosed(
            lambda: draft_certificate_upload(actor=actor, draft=draft, file_name=name, data=data, password=password)
        )
    else:
        draft_certificate_choose(actor=actor, draft=draft, certificate_id=form.certificate_id())
    return True


def _host_typed(form: HostNameForm) -> dict[str, Any]:
    hostname, is_new = form.host_typed()
    return {"hostname": hostname, "is_new": is_new}


def _going_on(actor: User, portal: Portal) -> DomainDraft | None:
    """The draft, unless it was finished or what it was to take over from is gone."""
    draft = draft_of(actor=actor, portal_id=portal.pk)
    is_over = draft is None or draft.result_id is not None or bool(draft.replaces and draft.replaces.is_removed)
    return None if is_over else draft


def _draft(request: HttpRequest, portal_id: uuid.UUID) -> DomainDraft | None:
    """The draft; None, with a message, where it is gone."""
    try:
        return draft_for(actor=cast(User, request.user), portal_id=portal_id)
    except DraftExpired as gone:
        told.warning(request, gone.message)
        return None


def _draft_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise DraftExpired(messages.DRAFT_EXPIRED) from wrong


def _newest(portal: Portal) -> CustomDomain | None:
    found = CustomDomain.objects.of_portal(portal.pk).select_related("portal", "certificate", "replaces")
    return found.order_by("-created_at").first()


def _page(portal: Portal, draft: DomainDraft | None, current: str) -> dict[str, Any]:
    return {"portal": portal, "steps": wizard_steps(portal, draft, current)}


def _certificate_page(
    request: HttpRequest, portal: Portal, draft: DomainDraft | None, form: CertificateForm
) -> HttpResponse:
    page = _page(portal, draft, "certificate") | {"form": form}
    return render(request, "domains/wizard_certificate.html", page, status=form.status)


def _host_page(request: HttpRequest, draft: DomainDraft, form: HostNameForm) -> HttpResponse:
    report: DnsReport | None = draft.report
    page = _page(draft.portal, draft, "host-name") | {
        "form": form,
        "report": report,
        "records": records_for(draft.portal, draft.host) if draft.host else (),
        "portal_host": draft.portal.host,
    }
    return render(request, "domains/wizard_host_name.html", page, status=form.status)
