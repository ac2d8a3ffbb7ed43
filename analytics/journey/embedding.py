"""Making, opening and withdrawing the address that shows the journey inside the organization's own case form.

There are two addresses. The form holds the first, which names the organization and says nothing of a case; the form
adds the case's id to it. It leads on to the second, which is signed for that one case and is good for an hour. Neither
needs a session, both are shown only inside pages of the organization's own origin, and nothing else can be reached from
there.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from analytics.journey import messages
from analytics.journey.errors import AddressRefused, OriginInvalid
from analytics.journey.models import JourneyAddress
from core.errors import InvalidValue
from core.models import User
from organizations.models import Organization
from organizations.policy import Action, require

DAYS = (30, 90, 365)
CASE_SECONDS = 3600
ORIGIN = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")  # goes into a header as it is
CASES = frozenset({"incident", "112"})  # how a form names the table of the record it shows

_FORM = Signer(salt="journey.form")
_CASE = TimestampSigner(salt="journey.case")


def journey_address_make(*, actor: User, organization: Organization, origin: str, days: int) -> JourneyAddress:
    """Make the organization's address; the one before is withdrawn.

    Raises:
        NotAllowed
        OriginInvalid: ``journey:origin-invalid``.
        InvalidValue: ``journey:days-invalid``.
    """
    require(actor, Action.JOURNEY_EMBED, organization.pk)
    checked = origin_clean(origin)
    if days not in DAYS:
        raise InvalidValue(messages.DAYS_CHOICE, field="days", code="journey:days-invalid")
    with transaction.atomic():
        JourneyAddress.objects.filter(organization=organization).delete()
        expires_at = timezone.now() + timedelta(days=days)
        return JourneyAddress.objects.create(
            organization=organization, origin=checked, expires_at=expires_at, made_by=actor
        )


def journey_address_withdraw(*, actor: User, organization: Organization) -> None:
    """From now on the address shows nothing.

    Raises:
        NotAllowed
    """
    require(actor, Action.JOURNEY_EMBED, organization.pk)
    JourneyAddress.objects.filter(organization=organization).delete()


def origin_clean(text: str) -> str:
    """The origin, in lower case and without a slash.

    Raises:
        OriginInvalid
    """
    origin = text.strip().lower().rstrip("/")
    if not ORIGIN.fullmatch(origin):
        raise OriginInvalid(messages.ORIGIN_SHAPE, field="origin")
    return origin


def origin_of(organization: Organization) -> str:
    """Where the organization's own pages are."""
    parts = urlsplit(organization.url)
    return f"https://{parts.netloc.lower()}"


def form_url(address: JourneyAddress) -> str:
    """What is put into the form. It is the same every time it is asked for."""
    port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
    path = reverse("journey-form", args=[_FORM.sign_object(str(address.pk))])
    return f"https://{settings.PORTAL_ADMIN_HOST}{port}{path}"


def case_token(address: JourneyAddress, case_id: uuid.UUID) -> str:
    """Opens the journey before this one case, for an hour."""
    return _CASE.sign_object([str(address.pk), str(case_id)])


def form_open(token: str) -> JourneyAddress:
    """The address that the form holds.

    Raises:
        AddressRefused: ``journey:address-invalid``, ``journey:address-expired``.
    """
    try:
        found = _FORM.unsign_object(token)
    except BadSignature as wrong:
        raise AddressRefused(messages.ADDRESS_INVALID) from wrong
    return _address(str(found))


def case_open(token: str) -> tuple[JourneyAddress, uuid.UUID]:
    """The address and the case that this was signed for.

    Raises:
        AddressRefused: also ``journey:case-expired``.
    """
    try:
        address_id, case_id = _CASE.unsign_object(token, max_age=CASE_SECONDS)
    except SignatureExpired as late:
        address_id, _ = _CASE.unsign_object(token)
        origin = _address(str(address_id)).origin
        raise AddressRefused(messages.CASE_EXPIRED, code="journey:case-expired", context={"origin": origin}) from late
    except (BadSignature, ValueError) as wrong:
        raise AddressRefused(messages.ADDRESS_INVALID) from wrong
    return _address(str(address_id)), uuid.UUID(str(case_id))


def case_named(address: JourneyAddress, *, id: str, table: str) -> uuid.UUID:
    """The case that the form says it shows.

    Args:
        id: as forms write it, often in braces.
        table: what the form calls the record's table; "" where it does not say.

    Raises:
        AddressRefused: ``journey:no-case``.
    """
    try:
        if table and table not in CASES:
            raise ValueError(table)
        return uuid.UUID(id)
    except ValueError as wrong:
        raise AddressRefused(messages.NO_CASE, code="journey:no-case", context={"origin": address.origin}) from wrong


def _address(id: str) -> JourneyAddress:
    found = JourneyAddress.objects.select_related("organization").filter(pk=id).first()
    if found is None:
        raise AddressRefused(messages.ADDRESS_INVALID)
    if found.is_expired:
        raise AddressRefused(messages.ADDRESS_EXPIRED, code="journey:address-expired", context={"origin": found.origin})
    return found
