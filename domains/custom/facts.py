"""What the edge was seen to serve, kept with the domain as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from domains.models import Certificate
from domains.ports import names_cover
from domains.services.bindings import ServedCertificate, chain_fingerprints


def tls_facts(served: ServedCertificate) -> dict[str, Any]:
    """For the column ``CustomDomain.tls``: ``seen_at`` and ``not_after`` are RFC 3339."""
    return {
        "fingerprint": served.fingerprint,
        "chain_length": len(served.chain_fingerprints),
        "names": list(served.names),
        "not_after": served.not_after.isoformat(),
        "seen_at": timezone.now().isoformat(),
    }


def served_problem(served: ServedCertificate, *, host: str, certificate: Certificate | None, portal_id: str) -> str:
    """What is wrong with what the edge served, in words; "" where it is right."""
    if served.portal_id != portal_id:
        return f"{host} is not answered by this portal yet."
    if certificate is None:
        return "" if names_cover(served.names, host) else f"{host} is served with a certificate for other names."
    if served.fingerprint != certificate.fingerprint:
        return f"{host} is served with another certificate (SHA-256 {served.fingerprint[:16]}…)."
    if tuple(served.chain_fingerprints) != chain_fingerprints(certificate.chain_pem):
        return f"{host} is served with another chain than the one that was bound."
    return ""


def moment_of(facts: dict[str, Any] | None, name: str) -> datetime | None:
    """A time among the facts."""
    text = (facts or {}).get(name)
    return datetime.fromisoformat(text) if text else None
