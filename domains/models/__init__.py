"""Rows of the domains room."""

from domains.models.binding import SslBinding
from domains.models.certificate import Certificate, CertificateAlarm
from domains.models.certificate_upload import CertificateUpload
from domains.models.custom_domain import CustomDomain, DomainEvent
from domains.models.draft import DomainDraft
from domains.models.hostname import Hostname

__all__ = [
    "Certificate",
    "CertificateAlarm",
    "CertificateUpload",
    "CustomDomain",
    "DomainDraft",
    "DomainEvent",
    "Hostname",
    "SslBinding",
]
