"""The hub's own errors, as the administration center's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analytics.hub.errors import HubError
from core.errors import Conflict, InvalidValue, NotFound


@contextmanager
def hub_errors(*, field: str) -> Iterator[None]:
    """What the hub refuses inside is raised as an error with the code ``hub:<the hub's code>``.

    Raises:
        NotFound, Conflict, InvalidValue
    """
    try:
        yield
    except HubError as wrong:
        code = f"hub:{wrong.code}"
        if wrong.status == 404:
            raise NotFound(wrong.message, code=code) from wrong
        if wrong.status == 409:
            raise Conflict(wrong.message, code=code) from wrong
        raise InvalidValue(wrong.message, field=field, code=code) from wrong
