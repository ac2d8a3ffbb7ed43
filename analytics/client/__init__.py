"""The hub client: how sender, journey and pages reach a hub, embedded or not, over the same wire format."""

from analytics.client.address import hub_uri_clean, is_event_hubs
from analytics.client.eventhubs import EventHubsClient
from analytics.client.exchange import Triple
from analytics.client.hub import HubClient, Model
from analytics.client.signature import token_make
from analytics.client.values import HubInteraction, Policy, Refusal

__all__ = [
    "EventHubsClient",
    "HubClient",
    "HubInteraction",
    "Model",
    "Policy",
    "Refusal",
    "Triple",
    "hub_uri_clean",
    "is_event_hubs",
    "token_make",
]
