"""What can be typed about the address of the journey."""

from __future__ import annotations

from django import forms

from analytics.journey.embedding import DAYS
from core.forms import ServiceForm


class AddressForm(ServiceForm):
    """Whose pages may show the journey, and for how long."""

    origin = forms.CharField(
        label="Pages that may show it",
        max_length=300,
        help_text="The address at which people open the instance. Pages of any other address show nothing.",
        error_messages={"required": "Enter the address of the organization's pages"},
    )
    days = forms.TypedChoiceField(
        label="Valid for",
        coerce=int,
        choices=[(days, f"{days} days") for days in DAYS],
        initial=DAYS[1],
        error_messages={"required": "Select how long the address shall be valid"},
    )
