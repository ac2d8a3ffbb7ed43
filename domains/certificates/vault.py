"""Private keys at rest: sealed for the row of their certificate, opened only for the edge."""

from __future__ import annotations

import structlog

from core.sealed import secret_open, secret_seal
from domains.certificates.errors import KeyErased
from domains.certificates.messages import KEY_ERASED
from domains.models import Certificate

logger = structlog.get_logger(__name__)


def key_seal(certificate: Certificate, key_pem: str) -> None:
    """Put the key into the (not yet saved) row, sealed for it."""
    certificate.key_sealed = secret_seal(key_pem, row=certificate.seal_row)


def certificate_pem(certificate: Certificate) -> bytes:
    """The chain, leaf first, followed by the private key: what the edge is given. The use is logged.

    Raises:
        KeyErased: the certificate was deleted or retired.
        SealBroken: the key does not open with the keyring.
    """
    if not certificate.key_sealed:
        raise KeyErased(KEY_ERASED.format(subject=certificate.subject), context={"certificate": str(certificate.pk)})
    key = secret_open(certificate.key_sealed, row=certificate.seal_row)
    logger.info("certificate_key_opened", certificate=str(certificate.pk), fingerprint=certificate.fingerprint)
    return f"{certificate.chain_pem.strip()}\n{key.strip()}\n".encode()
