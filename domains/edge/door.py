"""Who may be given a private key: the edge, which knows PORTAL_EDGE_SECRET."""

from __future__ import annotations

import base64
import hmac

import structlog
from django.conf import settings

from domains.certificates.vault import certificate_pem
from domains.edge.store import HOST
from domains.models import SslBinding

logger = structlog.get_logger(__name__)
USER = "edge"


def is_edge(authorization: str) -> bool:
    """Whether the header ``Authorization`` is the edge's (Basic, RFC 7617)."""
    expected = b"Basic " + base64.b64encode(f"{USER}:{settings.PORTAL_EDGE_SECRET}".encode())
    return hmac.compare_digest(authorization.encode(errors="replace"), expected)


def edge_certificate(server_name: str) -> bytes | None:
    """Chain and key for the name of a handshake, in any case; None where nothing is bound to it. Each one is logged.

    Raises:
        KeyErased, SealBroken: it is bound, and cannot be served.
    """
    host = server_name.rstrip(".").lower()
    if len(host) > 253 or not HOST.fullmatch(host):
        return None
    binding = SslBinding.objects.filter(host=host).select_related("certificate").first()
    if binding is None or binding.certificate is None:
        return None
    pem = certificate_pem(binding.certificate)
    logger.info("edge_certificate_given", host=host, fingerprint=binding.certificate.fingerprint)
    return pem
