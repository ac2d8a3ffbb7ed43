"""The process that opens a file which somebody uploaded: ``python -m domains.certificates.reader``.

It gets a question on standard input and answers on standard output, both as JSON, and knows nothing else: no settings,
no database, no keys. ``load_pkcs12`` holds the interpreter's lock for as long as a file makes it work, so it must not
run where requests are answered; here the operating system ends it when it takes too long or too much.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import ssl
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

CPU_SECONDS = 12  # RSA 8192, whose primes OpenSSL tests, takes 3 on one core of 2026
MEMORY_MEGABYTES = 768  # of address space; an honest file needs a tenth


def main() -> None:
    """Answer one question."""
    _limit()
    asked: dict[str, Any] = json.load(sys.stdin)
    json.dump(answer(asked), sys.stdout)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The diagnosis of what was asked, as plain values."""
    from domains.certificates.judging import judge_bytes

    return judge_bytes(
        base64.b64decode(asked["data"]),
        asked["password"],
        host=asked["host"],
        trusted=trusted_read(asked["roots"]),
        now=datetime.fromisoformat(asked["now"]),
    ).to_json()


def trusted_read(files: Sequence[str]) -> list[Any]:
    """The system's authorities and those of ``files`` (PEM); what cannot be read is left out."""
    from cryptography import x509

    found = []
    context = ssl.create_default_context()
    for path in files:
        if os.path.exists(path):
            context.load_verify_locations(cafile=path)
    for encoded in context.get_ca_certs(binary_form=True):
        try:
            found.append(x509.load_der_x509_certificate(encoded))
        except ValueError:
            continue
    return found


def _limit() -> None:
    memory = MEMORY_MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no key in a core file
    os.nice(5)


if __name__ == "__main__":
    main()
