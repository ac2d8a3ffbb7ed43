"""Bindings and what the edge serves for them, without the wizard."""

from __future__ import annotations

import uuid

from domains.edge.store import EdgeStore
from domains.models import Certificate, SslBinding
from portals.models import Portal
from tests.builders.certificates import Issued, certificate_made, key_pem, leaf


def binding_made(portal: Portal, host: str = "support.customers.test", **columns: object) -> SslBinding:
    """A binding with a certificate of its own."""
    if "certificate" not in columns:
        columns["certificate"] = certificate_made(host, organization=portal.organization)
    return SslBinding.objects.create(portal=portal, host=host, **columns)


def pem_of(issued: Issued) -> bytes:
    """Chain without its root, and key: what a file of the edge's folder holds."""
    return b"".join(Issued(one, issued.key).pem for one in issued.chain[:-1]) + key_pem(issued.key).encode()


def served(store: EdgeStore, host: str, issued: Issued | None = None) -> Issued:
    """Put a certificate (by default a fresh one) into the edge's folder, as the agent does."""
    issued = issued or leaf(host)
    store.put(host, stamp=str(uuid.uuid4()), pem=pem_of(issued))
    return issued


def certificate_row(binding: SslBinding) -> Certificate:
    """The bound certificate, which is there."""
    assert binding.certificate is not None
    return binding.certificate
