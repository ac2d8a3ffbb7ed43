"""Making hubs, changing how long they keep events, and what they are about."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from analytics.hub.cached import hub_changed
from analytics.hub.model.policies import RIGHTS, policy_put
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.names import HUB
from core.errors import Conflict, InvalidValue, NotFound
from core.models import User
from organizations.models import Organization
from organizations.policy import Action, organizations_for, require

LONGEST_RETENTION = 120


def hub_create(
    *, actor: User | None, name: str, organization: Organization, retention_months: int = 24
) -> tuple[Hub, AuthorizationPolicy]:
    """Make a hub, with its policy ``RootManageSharedAccessKey`` that has all rights.

    Args:
        actor: None where the installation itself makes it (demo data).

    Raises:
        NotAllowed
        InvalidValue: ``hub:name-invalid``, ``hub:retention-invalid``.
        Conflict: ``hub:name-taken``.
    """
    if actor is not None:
        require(actor, Action.HUB_MANAGE, organization.pk)
    if not HUB.fullmatch(name):
        told = "A hub's name has 2 to 64 letters and digits and begins with a letter."
        raise InvalidValue(told, field="name", code="hub:name-invalid")
    _retention_check(retention_months)
    try:
        with transaction.atomic():
            hub = Hub.objects.create(name=name, organization=organization, retention_months=retention_months)
            policy, _ = policy_put(hub, AuthorizationPolicy.ROOT, {"permissions": list(RIGHTS)})
    except IntegrityError as taken:
        raise Conflict("Another hub has this name.", code="hub:name-taken") from taken
    return hub, policy


def hub_retention_change(*, actor: User, hub: Hub, retention_months: int) -> Hub:
    """Keep events for so many whole months. Older ones go at the next night's retention run.

    Raises:
        NotAllowed, InvalidValue: ``hub:retention-invalid``.
    """
    require(actor, Action.HUB_MANAGE, hub.organization_id)
    _retention_check(retention_months)
    hub.retention_months = retention_months
    hub.save(update_fields=["retention_months", "updated_at"])
    hub_changed()
    return hub


def hubs_visible(actor: User) -> QuerySet[Hub]:
    """The hubs of the organizations in which ``actor`` may look at hubs."""
    return Hub.objects.filter(organization__in=organizations_for(actor, Action.HUB_VIEW))


def hub_for(actor: User, name: str) -> Hub:
    """
    Raises:
        NotFound: ``hub:not-found``, there is none that ``actor`` may see.
    """
    found = hubs_visible(actor).select_related("organization").filter(name=name).first()
    if found is None:
        raise NotFound("There is no such hub.", code="hub:not-found")
    return found


def hub_uri(hub: Hub) -> str:
    """What an administrator types in as the hub URI."""
    return f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/hub/{hub.name}"


def _retention_check(months: int) -> None:
    if not 1 <= months <= LONGEST_RETENTION:
        told = f"Events can be kept from 1 to {LONGEST_RETENTION} months."
        raise InvalidValue(told, field="retention_months", code="hub:retention-invalid")
