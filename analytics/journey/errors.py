"""What can go wrong with the address that shows the journey inside the organization's own form."""

from __future__ import annotations

from core.errors import InvalidValue, NotAllowed


class AddressRefused(NotAllowed):
    """The address is not one of ours, has expired or was withdrawn; ``context["origin"]`` may show the refusal."""

    default_code = "journey:address-invalid"


class OriginInvalid(InvalidValue):
    """Not the origin of a web page."""

    default_code = "journey:origin-invalid"
