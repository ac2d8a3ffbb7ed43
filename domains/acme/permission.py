"""For which hosts the edge may order a certificate. Whoever can reach the edge can make it ask, with any name."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from domains.edge.store import HOST
from domains.models import CustomDomain, SslBinding

LONGEST = 253


def automatic_hosts() -> QuerySet[SslBinding]:
    """Bindings without an uploaded certificate, of domains whose DNS was verified and is not known to be lost."""
    verified = CustomDomain.objects.filter(
        host=OuterRef("host"),
        portal_id=OuterRef("portal_id"),
        state__in=(CustomDomain.State.BINDING, CustomDomain.State.ACTIVE),
    ).exclude(attention__contains=[CustomDomain.Attention.DNS_LOST])
    if not settings.PORTAL_ACME_DIRECTORY:
        return SslBinding.objects.none()
    return SslBinding.objects.filter(Exists(verified), certificate__isnull=True)


def edge_may_order(name: str) -> bool:
    """The answer to the edge's question; one query by a unique key."""
    host = name.rstrip(".").lower()
    if len(host) > LONGEST or not HOST.fullmatch(host):
        return False
    return automatic_hosts().filter(host=host).exists()
