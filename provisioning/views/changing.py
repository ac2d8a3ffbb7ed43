"""Change Values and Restart Provisioning: the same form, a preview of what is done again, then the restart."""

from __future__ import annotations

import uuid
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.models import User
from organizations.policy import Action, require
from portals.catalog import PortalType
from portals.models import Portal
from portals.services import portal_for
from provisioning.forms import ChangeForm, announced, changes_typed, refresh
from provisioning.services import change_preview, provisioning_change_and_restart
from solutions.catalog import feature_table


@login_required
def change(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    actor = cast(User, request.user)
    portal = portal_for(actor=actor, portal_id=portal_id, action=Action.PORTAL_MANAGE)
    require(actor, Action.PORTAL_PROVISION, portal.organization_id)
    if portal.state != Portal.State.PROVISIONING_FAILED:
        return redirect("provisioning", portal_id)
    if request.method != "POST":
        return _page(request, ChangeForm(actor=actor, portal=portal))
    form = _typed(request, portal)
    if request.POST.get("action") != "submit":
        return _page(request, form, preview=change_preview(portal, form.changes()))
    started = form.decide_or_deny(
        lambda: provisioning_change_and_restart(actor=actor, portal_id=portal_id, changes=form.changes())
    )
    return redirect("provisioning", portal_id) if started else _page(request, form)


def _typed(request: HttpRequest, portal: Portal) -> ChangeForm:
    actor = cast(User, request.user)
    values = changes_typed(request.POST, portal)
    if request.POST.get("action") == "update":
        values = refresh(values, actor=actor)
    return ChangeForm(actor=actor, portal=portal, values=values)


def _page(request: HttpRequest, form: ChangeForm, preview: tuple[str, ...] = ()) -> HttpResponse:
    page = {
        "portal": form.portal,
        "form": form,
        "choices": form.choices,
        "preview": preview,
        "features": feature_table(),
        "portal_types": list(PortalType),
        "base_domain": settings.PORTAL_BASE_DOMAIN,
    }
    answer = render(request, "provisioning/change.html", page, status=form.status)
    answer["HX-Trigger"] = announced(form.choices.summary)
    return answer
