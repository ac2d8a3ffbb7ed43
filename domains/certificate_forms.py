"""Forms of the Certificates tab. The labels File and Password are the source document's."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import ServiceForm
from organizations.models import Organization

FILE_HINT = "The .pfx file with the certificate, its private key and the intermediate certificates; at most 1 MB."


class PfxForm(ServiceForm):
    """A file and its password. ``kept_name`` is the file that was sent before and is kept."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,  # the doctor says so in its own words
        label="File",
        help_text=FILE_HINT,
        widget=forms.FileInput({"accept": ".pfx,.p12"}),
    )
    password = forms.CharField(
        required=False,
        strip=False,
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "off"}, render_value=False),
    )

    def __init__(self, *args: Any, kept_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_tell(kept_name)

    def kept_tell(self, name: str) -> None:
        """Say that a file is here already, so that only the password need be typed."""
        if name:
            self["file"].help_text = f"{_plain(name)} is kept. Select a file only to send another one."

    def kept_forget(self) -> None:
        """Another file was sent, and that one is not kept."""
        self["file"].help_text = FILE_HINT


class UploadForm(PfxForm):
    """The same for an instance of one's choice."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        required=False,
        label="Dynamics 365 Instance",
        empty_label="Select an instance",
        error_messages={"invalid_choice": "Select a Dynamics 365 instance"},
    )
    field_order = ("organization", "file", "password")

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = organizations
        if len(organizations) == 1:
            field.initial, field.empty_label = organizations[0], None


def _plain(name: str) -> str:
    """A file's name as it may stand in a hint, which is shown as HTML."""
    return "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in name[:80])
