from analytics.hub.models.counts import NO_PORTAL, DailyCount, ItemCount, SearchCount
from analytics.hub.models.events import ErasedContact, Interaction, Seen
from analytics.hub.models.hub import AuthorizationPolicy, Hub
from analytics.hub.models.parts import ModelOperation, ModelPart
from analytics.hub.models.profiles import Profile
from analytics.hub.models.refusals import RefusalCount, RefusedEvent
from analytics.hub.models.types import InteractionType, ProfileType

__all__ = [
    "NO_PORTAL",
    "AuthorizationPolicy",
    "DailyCount",
    "ErasedContact",
    "Hub",
    "Interaction",
    "InteractionType",
    "ItemCount",
    "ModelOperation",
    "ModelPart",
    "Profile",
    "ProfileType",
    "RefusalCount",
    "RefusedEvent",
    "SearchCount",
    "Seen",
]
