"""What can be wrong with a binding. The sentences stand in messages.py."""

from __future__ import annotations

from core.errors import InvalidValue, Unavailable


class BindingRefused(InvalidValue):
    """The host cannot be bound with this certificate."""

    default_code = "domains:name-mismatch"


class NotServed(Unavailable):
    """The edge does not serve the host as it is bound, or not yet."""

    default_code = "domains:not-served"
