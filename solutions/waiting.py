"""Who wants to know that solutions were installed: rooms above register themselves, a run's last step tells them."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from core.models import User
from operations.workflow import Answer, StepContext
from solutions.installation import Log

Told = Callable[[User, uuid.UUID, Log], None]
"""Called with who asked for the run, the organization's id, and the step's log. It may be told the same thing twice."""

Extender = Callable[[StepContext], Answer]
"""Brings an extension's content to the portal that the run's input names, as a step does."""

_told: list[Told] = []
_extenders: list[Extender] = []


def installed_tell(listener: Told) -> None:
    """Register a listener, once a process (its app's ``ready()``)."""
    if listener not in _told:
        _told.append(listener)


def installed_told(actor: User, organization_id: uuid.UUID, log: Log) -> None:
    """Tell everybody. A step calls it: where one of them fails it is tried again, and everybody is told again."""
    for listener in _told:
        listener(actor, organization_id, log)


def extender_register(extender: Extender) -> None:
    """Register what brings an extension's content to a portal: the room above, once a process."""
    _extenders[:] = [extender]


def portal_extend(context: StepContext) -> Answer:
    """The step that brings the content.

    Raises:
        LookupError: no room has registered how.
    """
    if not _extenders:
        raise LookupError("Nobody has registered how a portal is extended.")
    return _extenders[0](context)
