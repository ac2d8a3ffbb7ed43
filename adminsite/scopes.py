"""What an API token may be limited to: ``<noun>:read`` and ``<noun>:write``.

A scope never gives anything: the owner's roles do. Writing includes reading the same noun, and reading operations,
because whoever starts long work must be able to follow it.
"""

from __future__ import annotations

from collections.abc import Collection

EVERYTHING = "*"
SCOPES = (
    "analytics:read",
    "analytics:write",
    "certificates:read",
    "certificates:write",
    "domains:read",
    "domains:write",
    "licenses:read",
    "licenses:write",
    "operations:read",
    "organizations:read",
    "portals:read",
    "portals:write",
    "solutions:read",
    "solutions:write",
)


def scope_allows(held: Collection[str], needed: str) -> bool:
    """Whether a token that holds ``held`` may do what ``needed`` (such as ``portals:read``) names."""
    if EVERYTHING in held or needed in held:
        return True
    if needed == "operations:read":
        return any(scope.endswith(":write") for scope in held)
    noun, _, verb = needed.partition(":")
    return verb == "read" and f"{noun}:write" in held
