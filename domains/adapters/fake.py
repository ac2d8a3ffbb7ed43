"""An edge in memory that serves what the rows say, as Caddy and the websites process do together.

It knows the host names that are there and answers 503 "Getting set up" for a portal that is not provisioned, except to
the signed probe. One contract test holds for it and for the real edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domains import messages
from domains.errors import EdgeUnreachable
from domains.models import Hostname, SslBinding
from domains.ports import EdgeAnswer
from domains.probe import PROBE_HEADER, probe_is_signed
from portals.models import Portal

GETTING_SET_UP = "<title>Portal Provisioning</title><h1>Getting set up…</h1><p>This might take a while.</p>"


@dataclass
class FakeEdge:
    """Switches say what goes wrong; ``probed`` tells what was asked."""

    is_down: bool = False
    is_stuck: bool = False  # shows "Getting set up" even to the signed probe
    answers_as: str = ""  # another portal's id
    certificate_names: tuple[str, ...] = ()
    chain: tuple[bytes, ...] = ()  # DER: served at custom hosts in place of what is bound; needed for an automatic one
    page: Callable[[Portal], str] = field(default=lambda portal: f"<title>{escape(portal.name)}</title>")
    probed: list[str] = field(default_factory=list)

    def probe(
        self,
        host: str,
        path: str = "/",
        *,
        headers: Mapping[str, str] | None = None,
        is_compared: bool = False,
        is_custom: bool = False,
    ) -> EdgeAnswer:
        self.probed.append(f"{host}{path}")
        if self.is_down:
            raise EdgeUnreachable(messages.EDGE_UNREACHABLE.format(host=host), context={"host": host})
        found = self._bound(host) if is_custom else Hostname.objects.at(host).select_related("portal").first()
        if found is None:
            return self._answer(host, 404, None, "Not found")
        chain = self._chain(found) if isinstance(found, SslBinding) else ()
        if not self._may_see(found.portal, (headers or {}).get(PROBE_HEADER, "")):
            return self._answer(host, 503, found.portal, GETTING_SET_UP, chain)
        return self._answer(host, 200, found.portal, self.page(found.portal), chain)

    def _bound(self, host: str) -> SslBinding:
        """Without a binding there is no handshake."""
        found = SslBinding.objects.at(host).select_related("portal", "certificate").first()
        if found is None:
            raise EdgeUnreachable(messages.EDGE_UNREACHABLE.format(host=host), context={"host": host})
        return found

    def _chain(self, binding: SslBinding) -> tuple[bytes, ...]:
        if self.chain:
            return self.chain
        if binding.certificate is None:
            raise EdgeUnreachable(messages.EDGE_UNREACHABLE.format(host=binding.host), context={"host": binding.host})
        served = x509.load_pem_x509_certificates(binding.certificate.chain_pem.encode())
        return tuple(one.public_bytes(Encoding.DER) for one in served)

    def _may_see(self, portal: Portal, signature: str) -> bool:
        if self.is_stuck:
            return False
        return portal.state == Portal.State.PROVISIONED or probe_is_signed(signature, portal.pk)

    def _answer(
        self, host: str, status: int, portal: Portal | None, body: str, chain: tuple[bytes, ...] = ()
    ) -> EdgeAnswer:
        portal_id = (self.answers_as or str(portal.pk)) if portal else ""
        headers = {"portal-id": portal_id} if portal_id else {}
        names = self.certificate_names or ((host,) if chain else (f"*.{host.partition('.')[2]}",))
        return EdgeAnswer(status, headers, portal_id, names, body, chain)
