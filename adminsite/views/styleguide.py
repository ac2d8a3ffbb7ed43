"""Every component on one page, with the words it would carry: looked at by people and photographed by tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from adminsite.status import STATUSES


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


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "adminsite/styleguide.html", _samples())


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "sample_form": SampleForm({"note": "", "language": "1033"}),
        "states": tuple(STATUSES),
        "a_while_ago": now - timedelta(hours=3),
        "value": "contoso-support.portals.localhost",
    }
