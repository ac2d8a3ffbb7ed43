"""What portals still hold of a contact that was erased in their hub."""

from __future__ import annotations

import uuid

from django.db import transaction

from analytics.models import InsightsConnection, Interaction, RefusedInteraction


@transaction.atomic
def contact_forget(*, hub_uri: str, contact_id: uuid.UUID) -> int:
    """Drop what waits and what was refused of the contact at the portals that send to the hub; how many. The hub would
    refuse them, and what was searched for should not outlive the erasure here. Asked for by whoever may erase there.
    """
    portals = list(InsightsConnection.objects.filter(hub_uri=hub_uri).values_list("portal_id", flat=True))
    found = [model.objects.filter(portal_id__in=portals, contact_id=contact_id) for model in _KEPT_IN]
    return sum(rows.delete()[0] for rows in found)


_KEPT_IN: tuple[type[Interaction] | type[RefusedInteraction], ...] = (Interaction, RefusedInteraction)
