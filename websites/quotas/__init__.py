"""How often somebody may send a form that needs no sign-in."""

from websites.quotas.taking import quota_take, quotas_purge, sender_of

__all__ = ["quota_take", "quotas_purge", "sender_of"]
