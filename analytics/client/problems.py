"""From an answer that refuses to the error that it stands for: permanent or passing, each with a code of its own."""

from __future__ import annotations

from typing import Any

import httpx

from analytics.errors import HubProblem, HubRefused, HubUnavailable
from core.outside.answers import envelope, retry_after, skew

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_TEXT = 500  # characters of the hub's own words
SKEW_ALLOWED = 300.0  # seconds that the two clocks may differ before a refused token is blamed on them

TYPE_UNKNOWN, EVENT_REFUSED = "analytics:type-unknown", "analytics:event-refused"
CONTACT_ERASED = "analytics:contact-erased"
_EVENT_CODES = {
    "UnknownInteractionType": TYPE_UNKNOWN,
    "DuplicateWithOtherContent": "analytics:other-content",
    "ContactErased": CONTACT_ERASED,
    "TooLarge": "analytics:too-large",
}
# The hub's own codes for a 401; what an Azure service says in its text is looked at as well.
_UNAUTHORIZED = {
    "expiredtoken": "analytics:token-expired",
    "unknownpolicy": "analytics:policy-unknown",
    "outofscope": "analytics:out-of-scope",
}
_BY_STATUS = {
    403: "analytics:right-missing",
    404: "analytics:not-found",
    409: "analytics:other-content",
    410: CONTACT_ERASED,
    413: "analytics:too-large",
}
_SENTENCES = {
    "analytics:key-refused": "The hub rejected the shared key (401)",
    "analytics:token-expired": "The hub says that the token has expired (401)",
    "analytics:policy-unknown": "The hub does not know the policy name (401)",
    "analytics:out-of-scope": "The hub says that the token does not cover this address (401)",
    "analytics:right-missing": "The policy lacks a right that is needed (403)",
    "analytics:not-found": "There is no Customer Insights hub at this address, or not what was asked for (404)",
    "analytics:other-content": "The hub has an interaction of this id with other content (409)",
    "analytics:contact-erased": "The interactions of this contact were erased in the hub (410)",
    "analytics:too-large": "The hub says that the request is too large (413)",
    TYPE_UNKNOWN: "The hub does not know this interaction type",
}


def problem_of(status: int, headers: httpx.Headers, body: bytes) -> HubProblem:
    """The error for a status of 300 and above."""
    code, text = envelope(body)
    told: dict[str, Any] = {"service_code": code, "service_text": text[:LONGEST_TEXT], "status": status}
    if status in PASSING:
        busy = status == 429
        return HubUnavailable(
            "The hub is busy and asked to be left alone for a while" if busy else f"The hub answered {status}",
            code="analytics:hub-busy" if busy else "analytics:hub-failing",
            retry_after=retry_after(headers),
            **told,
        )
    if status < 400:
        sentence = "The hub answered with a redirection, which is not followed"
        return HubRefused(sentence, code="analytics:redirected", **told)
    if status == 401:
        return _unauthorized(headers, told)
    ours = _EVENT_CODES.get(code, "") or _BY_STATUS.get(status, HubRefused.default_code)
    return HubRefused(
        _SENTENCES.get(ours, "") or f"The hub refused: {told['service_text'] or status}", code=ours, **told
    )


def _unauthorized(headers: httpx.Headers, told: dict[str, Any]) -> HubRefused:
    off = skew(headers)
    if abs(off) > SKEW_ALLOWED:
        side, minutes = ("behind" if off > 0 else "ahead of"), round(abs(off) / 60)
        sentence = f"This server's clock is {minutes} minutes {side} the hub's, so the hub refuses its tokens (401)"
        return HubRefused(sentence, code="analytics:clock-skew", **told)
    ours = _UNAUTHORIZED.get(str(told["service_code"]).lower(), "")
    if not ours:
        ours = "analytics:token-expired" if "expired" in told["service_text"].lower() else "analytics:key-refused"
    return HubRefused(_SENTENCES[ours], code=ours, **told)


def code_of_event(service_code: str) -> str:
    """Our code for what a hub says of one interaction."""
    return _EVENT_CODES.get(service_code, EVENT_REFUSED)
