"""The management page of a portal: details, what can be done, what has happened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from analytics.kinds import KINDS
from core.models import User
from domains.certificates.shown import certificates_shown
from domains.services.certificate_alarms import portal_alarms
from domains.views.shown import domain_actions, domain_banner
from operations.models import Operation, OperationStep
from organizations.models import OrganizationUser
from organizations.policy import Action
from portals.actions import PortalAction
from portals.catalog import Audience, Option, PortalType
from portals.languages import PORTAL_LANGUAGES
from portals.models import Portal, PortalEvent
from portals.services import portal_for
from provisioning.banners import banner_for
from provisioning.plan import INSTALL, RESOURCE
from solutions.catalog import option_package, option_prerequisites
from solutions.extension import extensions_for
from solutions.translations.services import translations_blocked

EVENTS_SHOWN = 20
EXTENSIONS = {Option.PARTNER_PROJECT_SERVICE: "Project Service", Option.PARTNER_FIELD_SERVICE: "Field Service"}


@dataclass(frozen=True)
class Happening:
    """A line of the portal's history, in words."""

    text: str
    event: PortalEvent


@login_required
def portal_page(request: HttpRequest, portal_id: uuid.UUID) -> HttpResponse:
    portal = portal_for(actor=cast(User, request.user), portal_id=portal_id, action=Action.PORTAL_MANAGE)
    events = portal.events.select_related("actor")[:EVENTS_SHOWN]
    page = {
        "portal": portal,
        "options": [Option(option).label for option in portal.options],
        "banner": banner_for(portal, failed_package=_failed_package(portal)),
        "domain_banner": domain_banner(portal),
        "expiring": certificates_shown(portal_alarms(portal)),
        "actions": _actions(portal),
        "history": [Happening(_words(event), event) for event in events],
    }
    return render(request, "portals/portal.html", page)


def _actions(portal: Portal) -> list[PortalAction]:
    """What exists now, in the order of the Portal Actions frame."""
    run = reverse("provisioning", args=[portal.pk])
    actions = [
        PortalAction("Rename", "The name can be changed at any time.", reverse("portal-rename", args=[portal.pk]))
    ]
    match portal.state:
        case Portal.State.PROVISIONED:
            actions.append(PortalAction("Open portal", "See it as visitors do.", portal.url))
            actions.append(PortalAction("Provisioning", "The steps of the last run, with their log.", run))
            actions += _extensions(portal)
        case Portal.State.CONFIGURING:
            actions.append(PortalAction("Watch provisioning", "The steps, live, with their log.", run))
        case _:
            actions.append(PortalAction("Restart Provisioning", "With the same or with changed values.", run))
    return [*actions, *domain_actions(portal), _analytics(portal), _translations(portal), _failures(portal)]


def _failures(portal: Portal) -> PortalAction:
    text = "What stands behind the error ids that visitors read."
    return PortalAction("Page errors", text, reverse("portal-failures", args=[portal.pk]))


def _analytics(portal: Portal) -> PortalAction:
    text = "What signed-in visitors read and search for, sent to Customer Insights."
    return PortalAction("Portal Analytics", text, reverse("analytics", args=[portal.pk]))


def _translations(portal: Portal) -> PortalAction:
    return PortalAction(
        "Get latest metadata translations",
        "Table and field names in the languages that are active now.",
        reverse("portal-translations", args=[portal.pk]),
        why_not=translations_blocked(portal),
    )


def _extensions(portal: Portal) -> list[PortalAction]:
    """The partner extensions that the portal has not got: first their plan."""
    found = []
    for option in extensions_for(portal):
        plan = reverse("solution-plan", args=[portal.organization_id, option_package(option), "install"])
        needed = ", ".join(need.title for need in option_prerequisites(option))
        title = f"Install {EXTENSIONS[option]} extension"
        found.append(PortalAction(title, f"{option.label}; needs {needed}.", f"{plan}?portal={portal.pk}"))
    return found


def _failed_package(portal: Portal) -> str:
    """The title of the solution at which the last run stopped."""
    latest = Operation.objects.of_resource(RESOURCE, portal.pk).first()
    if latest is None:
        return ""
    failed = latest.steps.filter(status=OperationStep.Status.FAILED, name=INSTALL).first()
    return str(latest.plan[failed.position]["title"]).removeprefix("Install ") if failed else ""


def _words(event: PortalEvent) -> str:
    match event.code:
        case "portals:created":
            return "Portal set up"
        case "portals:renamed":
            return "Renamed from {} to {}".format(*event.changes["name"])
        case "portals:changed":
            return "; ".join(_change(field, *pair) for field, pair in event.changes.items())
        case "domains:activated":
            return "{1} is the custom domain name".format(*event.changes["custom_domain"])
        case "domains:removed":
            return "Custom domain name {} removed".format(*event.changes["custom_domain"])
        case "analytics:configured":
            return "Interactions are sent to {1}".format(*event.changes["hub"])
        case "analytics:key-updated":
            return "Shared key of Customer Insights updated"
        case "analytics:deleted":
            return "Customer Insights integration deleted"
        case "analytics:switched":
            return "; ".join(_switched(name, now) for name, (_, now) in event.changes.items())
        case "portals:translations-updated":
            return "Metadata translations updated"
        case _:
            return Portal.State(event.to_state).label if event.to_state in Portal.State.values else event.code


def _switched(name: str, is_on: bool) -> str:
    shown = KINDS[name].display_name if name in KINDS else name
    return f"{shown} is {'captured' if is_on else 'not captured any more'}"


def _change(field: str, old: Any, new: Any) -> str:
    name = {"portal_type": "portal", "subdomain": "portal URL"}.get(field, field).capitalize()
    return f"{name} changed from {_value(field, old)} to {_value(field, new)}"


def _value(field: str, value: Any) -> str:
    """A stored value as people know it."""
    match field:
        case "language":
            return PORTAL_LANGUAGES[value].name if value in PORTAL_LANGUAGES else str(value)
        case "portal_type":
            return PortalType(value).label
        case "audience":
            return Audience(value).label
        case "options":
            return ", ".join(Option(option).label for option in value) or "no option"
        case "administrator":
            found = OrganizationUser.objects.filter(pk=value).first()
            return found.name if found else str(value)
        case _:
            return str(value)
