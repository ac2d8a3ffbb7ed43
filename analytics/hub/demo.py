"""The hub of the demo: Contoso's, with the types of a portal, its contacts and what they did before their cases."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from analytics.hub.model.policies import keys_open, policy_of
from analytics.hub.models import AuthorizationPolicy, Hub
from analytics.hub.services.hubs import hub_create
from organizations.models import Organization


@dataclass(frozen=True)
class DemoHub:
    """The triple that an administrator enters."""

    hub_uri: str
    policy_name: str
    shared_key: str = field(repr=False)


def demo_hub_ensure(organization: Organization) -> DemoHub:
    """The organization's hub, of the same name; made where it is missing."""
    hub = Hub.objects.filter(name=organization.unique_name).first()
    if hub is None:
        hub, _ = hub_create(actor=None, name=organization.unique_name, organization=organization)
    policy = policy_of(hub, AuthorizationPolicy.ROOT)
    uri = f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/hub/{hub.name}"
    return DemoHub(uri, policy.name, keys_open(policy)[0])
