"""The wizard's pages as forms: shape only. What is true is decided by the services."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from core.errors import InvalidValue
from core.forms import ServiceForm
from domains.certificates.errors import CertificateRefused
from domains.certificates.messages import REFUSALS
from domains.certificates.values import Check
from domains.custom import messages
from domains.custom.errors import CertificateUnusable, HostUnavailable
from domains.models import Certificate, DomainDraft, SslBinding
from domains.services.domain_rules import automatic_is_on
from domains.services.drafts import hosts_existing
from portals.models import Portal

T = TypeVar("T")
UPLOAD, EXISTING, AUTOMATIC, NEW = "upload", "existing", "automatic", "new"


class CertificateForm(ServiceForm):
    """Choose a SSL certificate."""

    choice = forms.CharField(required=False, widget=forms.RadioSelect)
    file = forms.FileField(
        required=False,
        allow_empty_file=True,  # the doctor says so in its own words
        label="File",
        help_text="A .pfx file with the certificate, its private key and all intermediate certificates.",
        widget=forms.FileInput({"accept": ".pfx,.p12"}),
    )
    password = forms.CharField(
        required=False,
        strip=False,
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    certificate = forms.CharField(required=False, label="Certificate", widget=forms.Select)

    def __init__(
        self, *args: Any, portal: Portal, draft: DomainDraft | None = None, kept_name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept_name = kept_name  # where there is no draft
        self.checks: tuple[Check, ...] = ()  # what the certificate doctor said of a refused file
        found = Certificate.objects.current().filter(organization_id=portal.organization_id)
        self.certificates = [certificate for certificate in found if not certificate.is_expired()]
        self.has_automatic = automatic_is_on()
        self.draft = draft
        options = [(str(one.pk), certificate_label(one)) for one in self.certificates]
        self.fields["certificate"].widget = forms.Select(choices=[("", "Select a certificate"), *options])
        if draft is not None and not self.is_bound:
            self.initial.update(_certificate_initial(draft))
        self.initial.setdefault("choice", UPLOAD)

    def diagnosed(self, upload: Callable[[], T]) -> T:
        """Upload, and keep what the certificate doctor says where it refuses.

        Raises:
            CertificateRefused
        """
        try:
            return upload()
        except CertificateRefused as refused:
            self.checks = refused.diagnosis.checks if refused.diagnosis else ()
            raise

    @property
    def kept_file(self) -> str:
        """The name of the file that was kept, so that nobody has to send it twice; "" where none was."""
        return self.draft.file_name if self.draft and self.draft.file else self.kept_name

    @property
    def chosen(self) -> str:
        """What is selected on the page."""
        return str(self["choice"].value() or "")

    def certificate_id(self) -> uuid.UUID | None:
        """The certificate of the list; None for an automatic one.

        Raises:
            CertificateUnusable: nothing was selected, or something that cannot be.
        """
        if self.chosen == AUTOMATIC:
            return None
        try:
            return uuid.UUID(str(self["certificate"].value() or ""))
        except ValueError as wrong:
            raise CertificateUnusable(messages.CERTIFICATE_MISSING, field="certificate") from wrong

    def uploaded(self) -> tuple[str, bytes]:
        """Name and bytes of the uploaded file; both empty where there is none (one was kept).

        Raises:
            InvalidValue: no file was selected and none was kept.
        """
        file = self.files.get("file")
        if file is None:
            if not self.kept_file:
                said = REFUSALS["certificates:file-missing"].body
                raise InvalidValue(said, field="file", code="certificates:file-missing")
            return "", b""
        return str(file.name), bytes(file.read())

    def password_typed(self) -> str:
        return str(self.data.get("password", ""))

    def choice_require(self) -> None:
        """One of the ways that the page offers was chosen.

        Raises:
            CertificateUnusable
        """
        if self.chosen not in (UPLOAD, EXISTING, AUTOMATIC):
            raise CertificateUnusable(messages.CERTIFICATE_MISSING, field="choice")


class HostNameForm(ServiceForm):
    """Choose a host name."""

    choice = forms.CharField(required=False, widget=forms.RadioSelect)
    hostname = forms.CharField(
        required=False,
        label="Domain Name",
        help_text="A full domain name of your own, such as support.contoso.com.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    existing = forms.CharField(required=False, label="Host name", widget=forms.Select)

    def __init__(self, *args: Any, draft: DomainDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts_existing(draft.portal)
        self.fields["existing"].widget = forms.Select(
            choices=[("", "Select a host name"), *((host, host) for host in self.hosts)]
        )
        if not self.is_bound:
            name = "hostname" if draft.is_host_new else "existing"
            self.initial.update({name: draft.host, "choice": NEW if draft.is_host_new else EXISTING})

    @property
    def chosen(self) -> str:
        return str(self["choice"].value() or "")

    def host_typed(self) -> tuple[str, bool]:
        """The host name and whether it is a new one.

        Raises:
            HostUnavailable: nothing was selected.
        """
        if self.chosen == NEW:
            return str(self["hostname"].value() or ""), True
        host = str(self["existing"].value() or "")
        if self.chosen != EXISTING or not host:
            field = "existing" if self.chosen == EXISTING else "choice"
            raise HostUnavailable(messages.HOST_MISSING, field=field, code="domains:host-missing")
        return host, False


class HstsForm(ServiceForm):
    """How long browsers insist on HTTPS."""

    seconds = forms.CharField(
        required=False,
        label="Browsers insist on HTTPS for",
        help_text="After each visit. Grow it in steps: for so long visitors cannot open the domain without a valid "
        "certificate.",
        widget=forms.Select(choices=SslBinding.Hsts.choices),
    )


class RemoveForm(ServiceForm):
    """Removing asks for the name, so that nobody does it by mistake."""

    hostname = forms.CharField(required=False, label="Domain Name", widget=forms.TextInput({"autocomplete": "off"}))

    def typed_require(self, host: str) -> None:
        """The name was typed.

        Raises:
            InvalidValue
        """
        if str(self["hostname"].value() or "").strip().lower() != host:
            raise InvalidValue(messages.NAME_TYPED.format(host=host), field="hostname", code="domains:name-typed")


def certificate_label(certificate: Certificate) -> str:
    """As the list shows it: ``*.contoso.com · expires 3 Mar 2027 · 9F2C41B0…``."""
    day = certificate.not_after
    names = certificate.subject
    return f"{names} · expires {day.day} {day:%b %Y} · {certificate.key_type} · {certificate.thumbprint[:8]}…"


def _certificate_initial(draft: DomainDraft) -> dict[str, str]:
    if draft.is_automatic:
        return {"choice": AUTOMATIC}
    if draft.certificate_id:
        return {"choice": EXISTING, "certificate": str(draft.certificate_id)}
    return {"choice": UPLOAD}
