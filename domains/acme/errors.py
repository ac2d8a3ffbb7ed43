"""What stands in the way of an automatic certificate."""

from __future__ import annotations

from core.errors import Conflict, Unavailable


class IssuanceForbidden(Conflict):
    """A CAA record of the domain does not allow our certificate authority."""

    default_code = "domains:caa-forbids"


class IssuanceUnknown(Unavailable):
    """The CAA records could not be asked; the authority would refuse too."""

    default_code = "domains:caa-unreachable"


class AuthorityUnreachable(Unavailable):
    """The certificate authority's directory (PORTAL_ACME_DIRECTORY) does not answer as it should."""

    default_code = "domains:acme-unreachable"
