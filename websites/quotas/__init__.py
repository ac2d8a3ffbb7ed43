"""How often somebody may send a form."""

from websites.quotas.taking import quota_count, quota_has_room, quotas_purge, sender_of
from websites.quotas.values import Quota

__all__ = ["Quota", "quota_count", "quota_has_room", "quotas_purge", "sender_of"]
