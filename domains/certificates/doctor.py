"""Judging an uploaded file without trusting it: the bytes are opened in a process of their own."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from domains.certificates.findings import failed
from domains.certificates.judging import size_refusal
from domains.certificates.reader import CPU_SECONDS, MEMORY_MEGABYTES
from domains.certificates.values import Diagnosis

PATIENCE_SECONDS = 30.0  # by the clock: four long keys at once, on a machine that has other work to do
AT_ONCE = 4  # files opened at the same time by one process; the others wait their turn
LONGEST_PASSWORD = 1024
READER = ("-m", "domains.certificates.reader")
DEMO_ROOT = Path("demo-ca") / "root.crt"
logger = structlog.get_logger(__name__)
_turns = threading.BoundedSemaphore(AT_ONCE)


def judge(data: bytes, password: str, *, host: str | None, now: datetime | None = None) -> Diagnosis:
    """Every check of a ``.pfx``, in order, and the certificate in it where none failed.

    An honest file takes less than a second (RSA 8192 some three); whatever the bytes are, the file is given up after
    twelve seconds of computing or thirty by the clock, and holds up nobody else in this process meanwhile.

    Args:
        host: a lower-case A-label that the certificate must cover; None = it is not known yet.
    """
    if refusal := size_refusal(data):
        return Diagnosis((refusal,))
    if len(password) > LONGEST_PASSWORD:
        return Diagnosis((failed("certificates:wrong-password", "Password", field="password"),))
    with _turns:
        try:
            told = _ask(_question(data, password, host, now or timezone.now()))
        except subprocess.TimeoutExpired:
            logger.warning("certificate_reader_timeout")
            return Diagnosis((failed("certificates:not-judged", "File", seconds=f"{PATIENCE_SECONDS:.0f}"),))
    return _too_costly() if told is None else Diagnosis.from_json(json.loads(told))


def trust_roots() -> list[str]:
    """Files with further authorities: the setting's, and in the demo the demo authority's."""
    roots = [settings.PORTAL_TRUST_ROOTS] if settings.PORTAL_TRUST_ROOTS else []
    demo = Path(settings.PORTAL_HOME) / DEMO_ROOT
    return [*roots, str(demo)] if settings.PORTAL_DEMO and demo.exists() else roots


def _too_costly() -> Diagnosis:
    """By the reader's limits, not by the clock: another time would not help."""
    work = "more computing or memory than a certificate needs"
    most = f"{CPU_SECONDS} seconds and {MEMORY_MEGABYTES} MB are given"
    return Diagnosis((failed("certificates:too-costly", "File", work=work, most=most),))


def _question(data: bytes, password: str, host: str | None, now: datetime) -> bytes:
    encoded = base64.b64encode(data).decode()
    asked = {"data": encoded, "password": password, "host": host, "roots": trust_roots(), "now": now.isoformat()}
    return json.dumps(asked).encode()


def _ask(question: bytes) -> bytes | None:
    """The reader's answer; None where it was ended by its limits.

    Raises:
        subprocess.TimeoutExpired: there was none in time.
    """
    command = [sys.executable, *READER]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}  # none of our secrets
    if "SSL_CERT_FILE" in os.environ:
        environment["SSL_CERT_FILE"] = os.environ["SSL_CERT_FILE"]
    done = subprocess.run(  # noqa: S603 - our own program, nothing of the upload in its arguments
        command,
        input=question,
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        cwd=settings.BASE_DIR,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        logger.warning("certificate_reader_ended", code=done.returncode)
        return None
    return done.stdout
