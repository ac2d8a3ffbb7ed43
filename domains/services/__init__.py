"""What others may ask of the domains room."""

from domains.services.hostnames import hostname_ensure_published, hostname_reserve, portal_probe

__all__ = ["hostname_ensure_published", "hostname_reserve", "portal_probe"]
