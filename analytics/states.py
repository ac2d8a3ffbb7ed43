"""What may follow what: the only writer of ``InsightsConnection.state``.

(Configure) -> Configuring -> Connected -> Being deleted -> (gone)
                  |    ^          ^             |
                  v    |          +-------------+
                  Failed --------------------> Being deleted
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils import timezone

from analytics import messages
from analytics.errors import AnalyticsBusy
from analytics.models import InsightsConnection

S = InsightsConnection.State

SOURCES: Mapping[InsightsConnection.State, tuple[InsightsConnection.State, ...]] = {
    S.CONFIGURING: (S.FAILED,),
    S.CONNECTED: (S.CONFIGURING, S.REMOVING),
    S.FAILED: (S.CONFIGURING, S.REMOVING),
    S.REMOVING: (S.CONNECTED, S.FAILED),
}


def connection_move(*, connection_id: uuid.UUID, to: InsightsConnection.State, **columns: object) -> bool:
    """Move the connection by one guarded UPDATE. False where it is there already (a step may run twice).

    Raises:
        AnalyticsBusy: it cannot become ``to`` from where it is.
    """
    found = InsightsConnection.objects.filter(pk=connection_id, state__in=SOURCES[to])
    if found.update(state=to, updated_at=timezone.now(), **columns):
        return True
    if InsightsConnection.objects.filter(pk=connection_id, state=to).exists():
        return False
    raise AnalyticsBusy(messages.BUSY, context={"to": to.value})
