"""Rows of the domains room."""

from domains.models.certificate import Certificate, CertificateAlarm
from domains.models.hostname import Hostname

__all__ = ["Certificate", "CertificateAlarm", "Hostname"]
