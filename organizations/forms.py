"""Forms of the Instances tab."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import ServiceForm
from organizations.certificates import LARGEST
from organizations.drafts import Draft

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class CredentialsForm(ServiceForm):
    """A client secret or a certificate: what is typed in is never shown again."""

    client_secret = forms.CharField(
        required=False,
        label="Client secret",
        help_text="The secret's value, not its id. Leave it empty where you upload a certificate.",
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    certificate = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="Certificate",
        help_text="A .pfx or .pem file with the certificate and its private key, instead of a secret.",
        widget=forms.FileInput({"accept": ".pfx,.p12,.pem"}),
    )
    certificate_password = forms.CharField(
        required=False,
        strip=False,
        label="Password of the certificate",
        help_text="Only where its private key has one.",
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def credentials(self) -> dict[str, Any]:
        """What was typed in and uploaded, as the services take it; never more of a file than a certificate can be."""
        file = self.files.get("certificate")
        return {
            "client_secret": self.data.get("client_secret", ""),
            "certificate": file.read(LARGEST + 1) if file else b"",
            "certificate_password": self.data.get("certificate_password", ""),
        }


class RegisterForm(CredentialsForm):
    """An instance that shall be made known."""

    name = forms.CharField(
        required=False,
        label="Name",
        help_text="As people call it, such as Contoso Sales.",
        widget=forms.TextInput(_PLAIN),
    )
    url = forms.CharField(
        required=False,
        label="Address",
        help_text="The instance's own address, such as https://contoso.crm.dynamics.com.",
        widget=forms.TextInput({**_PLAIN, "inputmode": "url"}),
    )
    tenant = forms.CharField(
        required=False,
        label="Tenant",
        help_text=(
            "The tenant's id or domain name, such as contoso.onmicrosoft.com. An authority other than Microsoft Entra "
            "ID, such as an embedded organization's, is named by its whole https:// address."
        ),
        widget=forms.TextInput(_PLAIN),
    )
    client_id = forms.CharField(
        required=False,
        label="Application (client) id",
        help_text="Of the application that is an application user of the instance.",
        widget=forms.TextInput(_PLAIN),
    )

    field_order = ("name", "url", "tenant", "client_id", "client_secret", "certificate", "certificate_password")

    def draft(self) -> Draft:
        """What was typed in."""
        typed = {name: self.data.get(name, "") for name in ("name", "url", "tenant", "client_id")}
        return Draft(**typed, **self.credentials())
