"""Binding a host to a portal and a certificate, and seeing it through the edge. Each may be called again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import IntegrityError, transaction
from django.utils import timezone

from domains import messages
from domains.adapters import edge
from domains.edge import messages as told
from domains.edge.errors import BindingRefused, NotServed
from domains.edge.store import HOST
from domains.edge.wake import agents_wake
from domains.errors import HostTaken
from domains.models import Certificate, Hostname, SslBinding
from domains.ports import EdgeAnswer, names_cover


@dataclass(frozen=True)
class ServedCertificate:
    """What a visitor's browser would see: lower-case hex SHA-256, the chain as it was sent, its leaf first.

    ``portal_id`` is that of the portal that answered over the same connection, "" where none did.
    """

    fingerprint: str
    chain_fingerprints: tuple[str, ...]
    names: tuple[str, ...]
    not_after: datetime
    portal_id: str


def binding_ensure(*, portal_id: uuid.UUID, host: str, certificate_id: uuid.UUID | None) -> SslBinding:
    """Make the edge serve ``host`` (an A-label) for the portal; None stands for an automatic certificate.

    Agents hear of it at the commit. What was served before is served until then.

    Raises:
        HostTaken: the host belongs to another portal.
        BindingRefused: the certificate is not for it, or its key is gone.
    """
    certificate = Certificate.objects.get(pk=certificate_id) if certificate_id else None
    _check(host, certificate)
    with transaction.atomic():
        binding = _bound(portal_id, host, certificate)
        if binding.certificate_id != certificate_id:
            _rebind(binding, certificate_id)
        agents_wake(host)
    return binding


def binding_remove(*, host: str) -> None:
    """Serve nothing at ``host`` from the next handshake on."""
    with transaction.atomic():
        SslBinding.objects.at(host).delete()
        agents_wake(host)


def binding_redirect(*, host: str, is_on: bool) -> None:
    """Whether visitors of the portal's own address are sent to ``host``; one host of a portal at most."""
    with transaction.atomic():
        binding = SslBinding.objects.select_for_update().get(host=host)
        if is_on:
            others = SslBinding.objects.redirecting().filter(portal_id=binding.portal_id).exclude(pk=binding.pk)
            others.update(redirects_from_base=False, redirects_since=None, updated_at=timezone.now())
        if binding.redirects_from_base != is_on:
            binding.redirects_from_base = is_on
            binding.redirects_since = timezone.now() if is_on else None
            binding.save(update_fields=["redirects_from_base", "redirects_since", "updated_at"])


def binding_hsts(*, host: str, hsts: SslBinding.Hsts) -> None:
    """How long browsers that were here insist on HTTPS, once the host was served for a week."""
    SslBinding.objects.filter(host=host).update(hsts=hsts, updated_at=timezone.now())


def binding_probe(host: str) -> ServedCertificate:
    """Our own handshake through the edge with that name, and a page over the same connection.

    An uploaded certificate may come from an authority that only its owner's people trust, so it is compared and not
    verified; an automatic one is verified. Where all is as bound, the row says so (``served_at``).

    Raises:
        EdgeUnreachable: no handshake, or no answer.
        EdgeUntrusted: an automatic certificate that cannot be verified.
    """
    binding = SslBinding.objects.filter(host=host).select_related("certificate").first()
    is_compared = binding is not None and binding.certificate is not None
    served = _served(edge().probe(host, is_compared=is_compared, is_custom=True))
    if binding is not None and _is_as_bound(binding, served):
        _mark_served(binding)
    return served


def binding_ensure_served(host: str, fingerprint: str = "") -> ServedCertificate:
    """See ``host`` served by its portal with the certificate that is bound to it.

    Args:
        fingerprint: of the leaf that is expected; without one, that of the row.

    Raises:
        NotServed: something else is served, or nothing is bound.
        EdgeUnreachable, EdgeUntrusted: asking again may help.
    """
    served = binding_probe(host)
    binding = SslBinding.objects.filter(host=host).select_related("certificate").first()
    is_expected = not fingerprint or fingerprint == served.fingerprint
    if binding is None or not is_expected or not _is_as_bound(binding, served):
        raise NotServed(told.NOT_SERVED.format(host=host), context={"host": host, "served": served.fingerprint})
    return served


def _check(host: str, certificate: Certificate | None) -> None:
    if not HOST.fullmatch(host) or len(host) > 253:
        raise BindingRefused(told.HOST_UNFIT.format(host=host), field="hostname", code="domains:host-unfit")
    if certificate is None:
        return
    if not certificate.covers(host):
        raise BindingRefused(told.NOT_COVERED.format(subject=certificate.subject, host=host), field="certificate")
    if not certificate.is_usable:
        gone = told.KEY_GONE.format(subject=certificate.subject)
        raise BindingRefused(gone, field="certificate", code="certificates:key-erased")


def _bound(portal_id: uuid.UUID, host: str, certificate: Certificate | None) -> SslBinding:
    """The host's row, locked; made where there is none."""
    taken = HostTaken(messages.HOST_TAKEN.format(host=host), context={"host": host})
    if Hostname.objects.filter(host=host).exists():
        raise taken
    try:
        with transaction.atomic():
            defaults = {"portal_id": portal_id, "certificate": certificate}
            binding, _ = SslBinding.objects.select_for_update(of=("self",)).get_or_create(host=host, defaults=defaults)
    except IntegrityError as lost:
        raise taken from lost
    if binding.portal_id != portal_id:
        raise taken
    return binding


def _rebind(binding: SslBinding, certificate_id: uuid.UUID | None) -> None:
    """Another certificate: served since ``served_at`` all the same, and to be seen anew."""
    binding.certificate_id = certificate_id
    binding.version += 1
    binding.state = SslBinding.State.BINDING
    binding.save(update_fields=["certificate", "version", "state", "updated_at"])


def _mark_served(binding: SslBinding) -> None:
    """Guarded by the version: what was bound meanwhile was not seen."""
    seen = SslBinding.objects.filter(pk=binding.pk, version=binding.version, state=SslBinding.State.BINDING)
    now = timezone.now()
    seen.update(state=SslBinding.State.SERVED, served_at=binding.served_at or now, updated_at=now)


def _served(answer: EdgeAnswer) -> ServedCertificate:
    leaf = x509.load_der_x509_certificate(answer.chain[0])
    return ServedCertificate(
        fingerprint=leaf.fingerprint(SHA256()).hex(),
        chain_fingerprints=tuple(
            x509.load_der_x509_certificate(one).fingerprint(SHA256()).hex() for one in answer.chain
        ),
        names=answer.certificate_names,
        not_after=leaf.not_valid_after_utc,
        portal_id=answer.portal_id,
    )


def _is_as_bound(binding: SslBinding, served: ServedCertificate) -> bool:
    if served.portal_id != str(binding.portal_id):
        return False
    if binding.certificate is None:
        return names_cover(served.names, binding.host)
    return served.chain_fingerprints == chain_fingerprints(binding.certificate.chain_pem)


def chain_fingerprints(pem: str) -> tuple[str, ...]:
    """SHA-256 of each certificate of a PEM chain, in its order, lower-case hex."""
    return tuple(found.fingerprint(SHA256()).hex() for found in x509.load_pem_x509_certificates(pem.encode()))
