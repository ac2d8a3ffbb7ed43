"""Every component on one page, with the words it would carry: looked at by people and photographed by tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from adminsite.status import STATUSES
from core.checking import Check
from domains.certificates.values import Check as DoctorCheck
from domains.certificates.values import CheckState
from domains.views.shown import WizardStep
from operations.progress import LogLine, Progress, StepView
from portals.catalog import PortalType
from provisioning import messages
from provisioning.banners import Banner, Severity
from solutions.catalog import feature_table


class SampleForm(forms.Form):
    """One field of each kind; bound to nothing, so that it shows what is wrong."""

    name = forms.CharField(
        help_text="The name helps to identify the portal.", error_messages={"required": "Enter a name"}
    )
    note = forms.CharField(required=False, label="Note")
    language = forms.ChoiceField(choices=[("1033", "English (1033)"), ("1031", "German (1031)")], label="Language")
    audience = forms.ChoiceField(
        choices=[("partner", "Partner"), ("customer", "Customer")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select an audience"},
    )
    accept = forms.BooleanField(
        label="I agree",
        error_messages={"required": "Select the check box to continue"},
        help_text="You can read it first.",
    )


def _progress(now: datetime) -> Progress:
    """A run with a step in each state."""
    log = (
        LogLine(now, "staged MicrosoftCrmPortalBase 9.2.1", "log"),
        LogLine(now, "The instance refused: 0x80048034", "failed"),
    )
    states = ("done", "skipped", "failed", "running", "waiting", "not_started")
    steps = tuple(
        StepView(
            position=position,
            name=state,
            title=f"A step that is {state.replace('_', ' ')}",
            status=state,
            attempts=2 if state == "waiting" else 1,
            started_at=now if state != "not_started" else None,
            finished_at=now + timedelta(seconds=221) if state in {"done", "skipped", "failed"} else None,
            message="Another installation is running." if state == "waiting" else "",
            typical_seconds=80,
            log=log if state == "failed" else (),
        )
        for position, state in enumerate(states)
    )
    return Progress(percent=40, steps=steps, current=steps[3], expected_seconds_left=90, is_slow=False)


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "adminsite/styleguide.html", _samples())


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "progress": _progress(now),
        "checks": (
            Check("right", "You are a System Administrator of the Dynamics 365 instance", True, "You may provision."),
            Check("organization", "Contoso Sales answers", False, "It did not answer.", "Jay Hamlin", is_warning=True),
            Check("subdomain", "Portal URL is free", False, "contoso-support is already in use.", "you"),
        ),
        "doctor": (
            DoctorCheck("certificates:file", CheckState.PASSED, "File", "A .pfx file of 4 KB"),
            DoctorCheck("certificates:dates", CheckState.WARNING, "Dates", "It expires in 12 days", "Renew it soon."),
            DoctorCheck("domains:name-mismatch", CheckState.FAILED, "Host name", "It is for others"),
        ),
        "wizard": (
            WizardStep("Choose a SSL certificate", "#wizard", is_current=False, is_done=True),
            WizardStep("Choose a host name", "", is_current=True, is_done=False),
            WizardStep("Review", "", is_current=False, is_done=False),
        ),
        "banner": Banner(Severity.INFO, messages.PACKAGES_BANNER, messages.PACKAGES_BANNER_LINK),
        "features": feature_table()[:3],
        "portal_types": list(PortalType),
        "sort": {"url": "#table", "direction": "ascending"},
        "sample_form": SampleForm({"note": "", "language": "1033"}),
        "states": tuple(STATUSES),
        "a_while_ago": now - timedelta(hours=3),
        "value": "contoso-support.portals.localhost",
    }
