"""The probe's signature: how the last step of provisioning may see a portal that visitors do not see yet.

The websites process answers "Getting set up" for a portal that is being configured, except to a request whose header
``Portal-Probe`` :func:`probe_is_signed` accepts for that portal. To that one it answers the real page, with the header
``Portal-Id`` as ever. It must not keep such a page in a cache, nor a portal's state for longer than about a second:
when the step has seen the page, the portal becomes Provisioned, and visitors expect it at once.

The signature is an HMAC of the portal's id and the minute with the secret key that both processes have. It gives access
to nothing but the page that everybody sees a moment later, so a minute or two of validity is enough protection.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid

from django.conf import settings

PROBE_HEADER = "Portal-Probe"
WINDOW_SECONDS = 60


def probe_signature(portal_id: uuid.UUID, *, now: float | None = None) -> str:
    """The header's value for a request made now."""
    return _signature(portal_id, _window(now))


def probe_is_signed(value: str, portal_id: uuid.UUID, *, now: float | None = None) -> bool:
    """Whether ``value`` was signed for this portal in this minute or the one before or after it (clocks differ)."""
    window = _window(now)
    signatures = [_signature(portal_id, near) for near in (window - 1, window, window + 1)]
    return any(hmac.compare_digest(signature.encode(), value.encode()) for signature in signatures)


def _window(now: float | None) -> int:
    return int((time.time() if now is None else now) // WINDOW_SECONDS)


def _signature(portal_id: uuid.UUID, window: int) -> str:
    text = f"portal-probe:{portal_id}:{window}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
