"""The sentences about certificates: of each check of the doctor, of refusals, of warnings."""

from __future__ import annotations

KEY_ERASED = "The private key of {subject} was erased when the certificate was deleted or retired."
