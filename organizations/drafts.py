"""An organization as somebody types it in: checked, and made into a row that is not saved yet."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.text import slugify

from core.errors import InvalidValue, InvalidValues
from organizations.certificates import ClientCertificate, certificate_read
from organizations.models import Organization
from organizations.services import credentials_seal, https_address

ENTRA = "https://login.microsoftonline.com/"
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """What was typed in. Exactly one of secret and certificate counts."""

    name: str
    url: str
    tenant: str  # a tenant's id or domain name, or the whole address of an authority
    client_id: str
    client_secret: str = ""
    certificate: bytes = b""
    certificate_password: str = ""

    def __repr__(self) -> str:
        return f"Draft({self.name!r}, {self.url!r})"


@dataclass(frozen=True)
class Checked:
    """The draft's values, each in the form in which it is kept."""

    name: str
    unique_name: str
    url: str
    authority: str
    client_id: str
    client_secret: str
    certificate: ClientCertificate | None

    def as_row(self) -> Organization:
        """An organization that is not saved, such as for a test of the connection."""
        row = Organization(
            name=self.name,
            unique_name=self.unique_name,
            url=self.url,
            authority=self.authority,
            client_id=self.client_id,
        )
        credentials_seal(row, client_secret=self.client_secret, certificate=self.certificate)
        return row


def draft_check(draft: Draft) -> Checked:
    """Check every value.

    Raises:
        InvalidValues: one error for each value that cannot be accepted.
    """
    errors: list[InvalidValue] = []
    values: dict[str, str] = {}
    for field, check in (("name", _name), ("url", _url), ("tenant", authority_of), ("client_id", _client_id)):
        try:
            values[field] = check(getattr(draft, field).strip())
        except InvalidValue as wrong:
            errors.append(wrong)
    certificate: ClientCertificate | None = None
    try:
        certificate = credentials_check(draft.client_secret, draft.certificate, draft.certificate_password)
    except InvalidValue as wrong:
        errors.append(wrong)
    if errors:
        raise InvalidValues(errors)
    return Checked(
        name=values["name"],
        unique_name=_unique_name(values["url"]),
        url=values["url"],
        authority=values["tenant"],
        client_id=values["client_id"],
        client_secret="" if certificate else draft.client_secret.strip(),
        certificate=certificate,
    )


def credentials_check(client_secret: str, certificate: bytes, password: str) -> ClientCertificate | None:
    """The certificate, or None where a secret is used.

    Raises:
        InvalidValue: neither or both are given, or the certificate cannot be used.
    """
    if client_secret.strip() and certificate:
        raise _wrong("client_secret", "Enter a client secret or upload a certificate, not both.", "credentials-both")
    if certificate:
        return certificate_read(certificate, password)
    if not client_secret.strip():
        raise _wrong("client_secret", "Enter a client secret or upload a certificate.", "credentials-missing")
    return None


def authority_of(tenant: str) -> str:
    """The authority's address for a tenant's id or domain name; an address is an authority already.

    Raises:
        InvalidValue
    """
    if "://" in tenant:
        return https_address("tenant", tenant)
    if not _is_uuid(tenant) and not _DOMAIN.fullmatch(tenant):
        text = "Enter the tenant's id or domain name, such as contoso.onmicrosoft.com."
        raise _wrong("tenant", text, "tenant-invalid")
    return f"{ENTRA}{tenant.lower()}"


def _name(text: str) -> str:
    if not 1 <= len(text) <= 160:
        raise _wrong("name", "Enter a name of at most 160 characters.", "name-invalid")
    return text


def _url(text: str) -> str:
    """The organization's base; what people copy from the browser's address bar is cut off behind it."""
    address = https_address("url", text.split("?")[0].split("#")[0])
    if len(address) > 400:
        raise _wrong("url", "Enter an address of at most 400 characters.", "address-invalid")
    return re.sub(r"/(api/data(/.*)?|main\.aspx)$", "", address)


def _client_id(text: str) -> str:
    if not _is_uuid(text):
        text = "Enter the application (client) id, such as 1b9c7ef0-6d2a-4f0c-9d0e-3a5d2f1c7b64."
        raise _wrong("client_id", text, "client-id-invalid")
    return text.lower()


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _unique_name(url: str) -> str:
    """A short name that no other organization has: of the path where there is one, else of the host."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2] or (parts.hostname or "").partition(".")[0]
    wanted = slugify(last)[:70] or "organization"
    taken = set(Organization.objects.filter(unique_name__startswith=wanted).values_list("unique_name", flat=True))
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _wrong(field: str, text: str, code: str) -> InvalidValue:
    return InvalidValue(text, field=field, code=f"organizations:{code}")
