"""The room's windows as forms: shape only. What is true is decided by the services."""

from __future__ import annotations

from django import forms

from analytics import messages
from core.errors import InvalidValue
from core.forms import ServiceForm

_KEY = forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"})  # never given back to the page


class ConfigureForm(ServiceForm):
    """Configure Portal Interaction Tracking, with the labels of the source document."""

    hub_uri = forms.CharField(
        required=False,
        label="Dynamics 365 for the Customer Insights hub URI",
        help_text="As the hub shows it, such as https://contoso.api.azurecustomerinsights.com.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    policy_name = forms.CharField(
        required=False,
        label="Policy name with Manage, Read, and Write permissions",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    shared_key = forms.CharField(
        required=False,
        strip=False,
        label="Shared Key",
        help_text="The primary or the secondary key of the policy. It is stored sealed and never shown again.",
        widget=_KEY,
    )
    accept_terms = forms.BooleanField(required=False, label="I have read and understood the terms and conditions")


class KeyForm(ServiceForm):
    """Update D365 Customer Insights configuration: the key only."""

    shared_key = forms.CharField(
        required=False,
        strip=False,
        label="Shared Key",
        help_text="It is tried at the hub before it is used. Interactions that wait are sent with it.",
        widget=_KEY,
    )


class DeleteForm(ServiceForm):
    """Deleting asks for the portal's name, so that nobody does it by mistake."""

    name = forms.CharField(required=False, label="Portal name", widget=forms.TextInput({"autocomplete": "off"}))

    def typed_require(self, name: str) -> None:
        """The name was typed.

        Raises:
            InvalidValue
        """
        if str(self["name"].value() or "").strip() != name:
            raise InvalidValue(messages.NAME_TYPED.format(name=name), field="name", code="analytics:name-typed")
