"""What the edge asks the web process. Nobody else gets here: the edge hides ``/_edge/`` from the world."""

from __future__ import annotations

import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.errors import PortalAdminError
from domains.acme import edge_may_order
from domains.edge.door import edge_certificate, is_edge

logger = structlog.get_logger(__name__)


@never_cache
@require_GET
def certificate(request: HttpRequest) -> HttpResponse:
    """Chain and private key for ``?server_name=``; 204 where nothing is bound to it, 403 for whoever is not the edge.

    Asked for hosts whose file the edge's agent has not written, and for every name that strangers invent.
    """
    if not is_edge(request.headers.get("Authorization", "")):
        return HttpResponse(status=403)
    try:
        pem = edge_certificate(request.GET.get("server_name", ""))
    except (PortalAdminError, DatabaseError) as wrong:
        logger.error("edge_certificate_failed", error=type(wrong).__name__)
        return HttpResponse(status=503)
    if pem is None:
        return HttpResponse(status=204)
    return HttpResponse(pem, content_type="application/x-pem-file")


@never_cache
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Whether the edge may order a certificate for ``?domain=``: 200 or 403. Asked for hosts it has no mark of yet."""
    if not is_edge(request.headers.get("Authorization", "")):
        return HttpResponse(status=403)
    try:
        return HttpResponse(status=200 if edge_may_order(request.GET.get("domain", "")) else 403)
    except DatabaseError as wrong:
        logger.error("edge_permission_failed", error=type(wrong).__name__)
        return HttpResponse(status=503)
