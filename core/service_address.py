"""Checks the address of a service, such as a database, without ever showing its password."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def service_address(name: str, found: str, *, schemes: tuple[str, ...], path: str, shown: str) -> None:
    """Refuse what is no address of the service.

    Args:
        name: the variable.
        found: what it holds; whatever stands before an ``@`` is not repeated, for it holds a password.
        path: what may stand behind the host, as a regular expression.
        shown: an example without its scheme.

    Raises:
        ImproperlyConfigured: it names the variable, what it holds and what is allowed.
    """
    if not _is_of(found, schemes, path):
        held = re.sub(r"^([a-z+]*://)?.*@", r"\1…@", found, flags=re.DOTALL)
        raise ImproperlyConfigured(f"{name} holds {held!r}; an address such as {schemes[0]}://{shown} is allowed.")


def _is_of(found: str, schemes: tuple[str, ...], path: str) -> bool:
    try:
        parts = urlsplit(found)
        return parts.scheme in schemes and parts.port != 0 and re.fullmatch(path, parts.path) is not None
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False
