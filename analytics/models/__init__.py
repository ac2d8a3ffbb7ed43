"""The rows of the analytics room."""

from analytics.models.connection import InsightsConnection, InteractionType
from analytics.models.interaction import Interaction, RefusedInteraction, TrackingOptOut

__all__ = ["InsightsConnection", "Interaction", "InteractionType", "RefusedInteraction", "TrackingOptOut"]
