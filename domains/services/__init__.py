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
from domains.services.certificate_changes import certificate_delete, certificate_replace, certificate_roll_back
from domains.services.certificates import certificate_for, certificate_upload, hosts_using
from domains.services.hostnames import hostname_ensure_published, hostname_reserve, portal_probe

__all__ = [
    "ServedCertificate",
    "binding_ensure",
    "binding_ensure_served",
    "binding_hsts",
    "binding_probe",
    "binding_redirect",
    "binding_remove",
    "certificate_delete",
    "certificate_for",
    "certificate_replace",
    "certificate_roll_back",
    "certificate_upload",
    "hostname_ensure_published",
    "hostname_reserve",
    "hosts_using",
    "portal_probe",
]
