"""Forms of the account page."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from typing import ClassVar

from django import forms

from core.models import User


@lru_cache
def time_zones() -> list[tuple[str, str]]:
    """The zones of cities, as choices."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people may say about themselves."""

    name = forms.CharField(max_length=160, error_messages={"required": "Enter your name"})
    time_zone = forms.ChoiceField(
        required=False, choices=time_zones, help_text="Times are shown in this zone.", label="Time zone"
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "time_zone"]
