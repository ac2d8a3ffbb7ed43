"""What can be typed about a hub. Shape is checked here, truth by the hub's services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from analytics.hub.model.kpis import WINDOWS
from analytics.hub.models import AuthorizationPolicy
from core.forms import ServiceForm
from organizations.models import Organization

RIGHTS = AuthorizationPolicy.Right.choices
FUNCTIONS = ("Count", "CountDistinct", "Sum", "Avg", "Min", "Max")


class HubForm(ServiceForm):
    """A new hub."""

    name = forms.CharField(
        label="Name",
        max_length=64,
        help_text="2 to 64 letters and digits, beginning with a letter. It is the end of the hub URI.",
        error_messages={"required": "Enter a name"},
    )
    organization = forms.ModelChoiceField(
        label="Instance",
        queryset=Organization.objects.none(),
        empty_label=None,
        error_messages={"required": "Select an instance", "invalid_choice": "Select an instance"},
    )
    retention_months = forms.IntegerField(
        label="Keep events for how many months", initial=24, error_messages={"required": "Enter a number of months"}
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (declared above)
        field.queryset = organizations


class RightsForm(ServiceForm):
    """What the holder of a policy may do."""

    permissions = forms.MultipleChoiceField(
        label="Rights",
        choices=RIGHTS,
        widget=forms.CheckboxSelectMultiple,
        help_text="A portal needs all three.",
        error_messages={"required": "Select at least one right"},
    )


class PolicyForm(RightsForm):
    """A new policy."""

    name = forms.CharField(label="Policy name", max_length=50, error_messages={"required": "Enter a name"})
    field_order = ("name", "permissions")


class LinkForm(ServiceForm):
    """Which property of an interaction names the contact."""

    source = forms.ChoiceField(label="Property of the interaction", error_messages={"required": "Select a property"})

    def __init__(self, *args: Any, properties: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [(name, name) for name in properties]


class KpiForm(ServiceForm):
    """A new key performance indicator."""

    name = forms.CharField(label="Name", max_length=512, error_messages={"required": "Enter a name"})
    type_name = forms.ChoiceField(label="Interaction type", error_messages={"required": "Select an interaction type"})
    function = forms.ChoiceField(label="Function", choices=[(one, one) for one in FUNCTIONS])
    expression = forms.CharField(
        label="Property", required=False, max_length=128, help_text="Leave it empty for Count."
    )
    window = forms.ChoiceField(label="Over each", choices=[(one, one) for one in WINDOWS], initial="Day")

    def __init__(self, *args: Any, types: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["type_name"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [(name, name) for name in types]


class RetentionForm(ServiceForm):
    """How long events are kept."""

    retention_months = forms.IntegerField(
        label="Keep events for how many months",
        help_text="1 to 120. Older events and their counts are deleted in the next night, and cannot be brought back.",
        error_messages={"required": "Enter a number of months"},
    )


class EraseForm(ServiceForm):
    """Whether somebody means it."""

    WORD = "erase"

    confirmation = forms.CharField(label="Confirmation", max_length=20, required=False)

    def clean_confirmation(self) -> str:
        typed = str(self.cleaned_data["confirmation"]).strip().lower()
        if typed != self.WORD:
            raise forms.ValidationError(f"Type {self.WORD} to confirm")
        return typed
