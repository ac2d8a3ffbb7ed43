"""What may follow what: the only writer of ``CustomDomain.state``.

(Next) -> Waiting for DNS -> Creating the SSL binding -> Active
               ^   \\                 |                    |
               |    +----> Paused <---+--------------------+
               +------------/          every live state -> Removed
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from core.models import User
from domains.custom import messages
from domains.custom.errors import DomainBusy
from domains.models import CustomDomain, DomainEvent

S = CustomDomain.State

SOURCES: Mapping[CustomDomain.State, tuple[CustomDomain.State, ...]] = {
    S.AWAITING_DNS: (S.PAUSED,),
    S.BINDING: (S.AWAITING_DNS,),
    S.ACTIVE: (S.BINDING,),
    S.PAUSED: (S.AWAITING_DNS, S.BINDING, S.ACTIVE),
    S.REMOVED: (S.AWAITING_DNS, S.BINDING, S.ACTIVE, S.PAUSED),
}


@transaction.atomic
def domain_move(
    *,
    domain_id: uuid.UUID,
    to: CustomDomain.State,
    code: str,
    actor: User | None = None,
    context: Mapping[str, object] | None = None,
    mail: bool = False,
    **columns: object,
) -> bool:
    """Move the domain by one guarded UPDATE, with its event. False where it is there already (a step may run twice).

    Args:
        code: of the event (``domains.custom.messages.EVENTS``), filled with ``context``.
        mail: whether people are told by mail as well.
        columns: more columns that change with the state.

    Raises:
        DomainBusy: it cannot become ``to`` from where it is.
    """
    found = CustomDomain.objects.filter(pk=domain_id, state__in=SOURCES[to])
    if found.update(state=to, updated_at=timezone.now(), **columns):
        event_write(domain_id=domain_id, code=code, actor=actor, context=context, mail=mail)
        return True
    if CustomDomain.objects.filter(pk=domain_id, state=to).exists():
        return False
    raise DomainBusy(messages.BUSY, context={"to": to.value})


def event_write(
    *,
    domain_id: uuid.UUID,
    code: str,
    actor: User | None = None,
    context: Mapping[str, object] | None = None,
    mail: bool = False,
) -> DomainEvent:
    """One line of the domain's history."""
    due = DomainEvent.Mail.DUE if mail else DomainEvent.Mail.NONE
    return DomainEvent.objects.create(
        domain_id=domain_id, actor=actor, code=code, context=dict(context or {}), mail=due
    )
