"""Forms about licences and about a portal's own name."""

from __future__ import annotations

from django import forms

from core.forms import ServiceForm


class LicenseForm(ServiceForm):
    """Which Portal Add-On to take."""

    type = forms.CharField(
        required=False,
        label="Which licence do you need?",
        widget=forms.RadioSelect(
            choices=[
                ("trial", "Trial: one portal for 30 days"),
                ("production", "Production: one portal without an end"),
            ]
        ),
    )


class RenameForm(ServiceForm):
    """A portal's name: "can be changed later"."""

    name = forms.CharField(
        required=False,
        label="Name",
        help_text="The name helps to identify the portal. Its URL stays the same.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
