"""What others may ask of the domains room."""

from domains.services.bindings import (
    ServedCertificate,
    binding_ensure,
    binding_ensure_served,
    binding_hsts,
    binding_probe,
    binding_redirect,
    binding_remove,
)
from domains.services.hostnames import hostname_ensure_published, hostname_reserve, portal_probe

__all__ = [
    "ServedCertificate",
    "binding_ensure",
    "binding_ensure_served",
    "binding_hsts",
    "binding_probe",
    "binding_redirect",
    "binding_remove",
    "hostname_ensure_published",
    "hostname_reserve",
    "portal_probe",
]
