"""The Certificates tab: which there are, who uses them, uploading, replacing in place, going back, deleting."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages as told
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.errors import Conflict
from core.models import User
from domains.certificate_forms import PfxForm, UploadForm
from domains.certificates.errors import CertificateRefused
from domains.certificates.shown import certificate_shown, certificates_shown
from domains.models import Certificate
from domains.services.certificate_changes import (
    certificate_delete,
    certificate_replace,
    certificate_roll_back,
    replaced_by_it,
)
from domains.services.certificate_uploads import WORTH_KEEPING, upload_forget, upload_keep, upload_kept
from domains.services.certificates import certificate_for, certificate_upload
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require


@login_required
@never_cache
def certificates(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    rows = Certificate.objects.visible_to(actor).usable().select_related("organization", "replaced_by")
    page = {
        "certificates": certificates_shown(list(rows.order_by("not_after", "id"))),
        "may_upload": organizations_for(actor, Action.CERTIFICATE_MANAGE).exists(),
    }
    return render(request, "domains/certificates.html", page)


@login_required
@never_cache
@sensitive_post_parameters("password")
def upload(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    require(actor, Action.CERTIFICATE_MANAGE)
    organizations = organizations_for(actor, Action.CERTIFICATE_MANAGE).order_by("name")
    form = UploadForm(request.POST or None, request.FILES or None, organizations=organizations, kept_name=_kept(actor))
    page: dict[str, Any] = {"form": form, "checks": ()}
    if request.method == "POST" and form.is_valid():
        made = form.decide(lambda: _upload(actor, form, page))
        if made:
            told.success(request, f"The certificate {made} is here. Custom domains can use it.")
            return redirect("certificate", made.pk)
    return render(request, "domains/certificate_upload.html", page, status=form.status)


@login_required
@never_cache
def certificate(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    found = certificate_for(actor=actor, certificate_id=certificate_id, action=Action.CERTIFICATE_VIEW)
    manages = organizations_for(actor, Action.CERTIFICATE_MANAGE).filter(pk=found.organization_id).exists()
    page = {"shown": certificate_shown(found), "may_manage": manages, "before": replaced_by_it(found)}
    return render(request, "domains/certificate.html", page)


@login_required
@never_cache
@sensitive_post_parameters("password")
def replace(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    old = certificate_for(actor=actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
    form = PfxForm(request.POST or None, request.FILES or None, kept_name=_kept(actor))
    page: dict[str, Any] = {"form": form, "checks": (), "shown": certificate_shown(old)}
    if request.method == "POST" and form.is_valid():
        new = form.decide(lambda: _replace(actor, old, form, page))
        if new:
            told.success(
                request, f"The certificate was replaced. The edge serves the new one, valid until {_day(new)}."
            )
            return redirect("certificate", new.pk)
    return render(request, "domains/certificate_replace.html", page, status=form.status)


@login_required
@require_POST
def roll_back(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    new = certificate_for(actor=actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
    try:
        before = certificate_roll_back(actor=actor, certificate=new)
    except (Conflict, CertificateRefused) as refused:
        told.error(request, refused.message)
        return redirect("certificate", new.pk)
    told.success(request, f"Rolled back to the certificate valid until {_day(before)}.")
    return redirect("certificate", before.pk)


@login_required
@never_cache
def delete(request: HttpRequest, certificate_id: uuid.UUID) -> HttpResponse:
    actor = _actor(request)
    found = certificate_for(actor=actor, certificate_id=certificate_id, action=Action.CERTIFICATE_MANAGE)
    if request.method != "POST":
        return render(request, "domains/certificate_delete.html", {"shown": certificate_shown(found)})
    try:
        certificate_delete(actor=actor, certificate=found)
    except Conflict as refused:
        told.error(request, refused.message)
        return redirect("certificate", found.pk)
    told.success(request, f"The certificate {found} was deleted and its private key erased.")
    return redirect("certificates")


def _upload(actor: User, form: UploadForm, page: dict[str, Any]) -> Certificate:
    organization = form.cleaned_data["organization"]
    if not isinstance(organization, Organization):
        raise CertificateRefused.without("organization", "certificates:organization-missing")
    name, data = _file(actor, form)
    password = form.cleaned_data["password"]
    try:
        made = certificate_upload(actor=actor, organization=organization, data=data, password=password)
    except CertificateRefused as refused:
        _keep(actor, form, name, data, refused, page)
        raise
    upload_forget(actor=actor)
    return made


def _replace(actor: User, old: Certificate, form: PfxForm, page: dict[str, Any]) -> Certificate:
    name, data = _file(actor, form)
    try:
        new = certificate_replace(actor=actor, certificate=old, data=data, password=form.cleaned_data["password"])
    except CertificateRefused as refused:
        _keep(actor, form, name, data, refused, page)
        raise
    upload_forget(actor=actor)
    return new


def _file(actor: User, form: PfxForm) -> tuple[str, bytes]:
    """What was sent now, else what is kept.

    Raises:
        CertificateRefused: neither.
    """
    sent = form.files.get("file")
    if sent is not None:
        return sent.name or "certificate.pfx", sent.read()
    kept = upload_kept(actor=actor)
    if kept is None:
        raise CertificateRefused.without("file", "certificates:file-missing")
    return kept


def _keep(
    actor: User, form: PfxForm, name: str, data: bytes, refused: CertificateRefused, page: dict[str, Any]
) -> None:
    """Show all checks, and keep a file for which only the password was wrong."""
    if refused.diagnosis:
        page["checks"] = refused.diagnosis.checks
    if refused.code in WORTH_KEEPING:
        upload_keep(actor=actor, name=name, data=data)
        form.kept_tell(name)
    else:
        upload_forget(actor=actor)
        form.kept_forget()


def _kept(actor: User) -> str:
    kept = upload_kept(actor=actor)
    return kept[0] if kept else ""


def _day(certificate: Certificate) -> str:
    return f"{certificate.not_after.day} {certificate.not_after:%b %Y}"


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)
