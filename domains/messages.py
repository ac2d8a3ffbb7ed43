"""The sentences of the domains room."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

HOST_TAKEN = "{host} is already used by another portal"
EDGE_UNREACHABLE = "The edge did not answer for {host}."
EDGE_UNTRUSTED = "The certificate with which the edge answered for {host} cannot be trusted."
NOT_PUBLISHED = "{host} does not show this portal yet."

messages_register(
    {
        "domains:host-taken": Message("The host name is in use", HOST_TAKEN, "Choose another portal URL."),
        "domains:edge-unreachable": Message("The edge does not answer", EDGE_UNREACHABLE, turn=Turn.OURS),
        "domains:certificate-untrusted": Message("The certificate is not trusted", EDGE_UNTRUSTED, turn=Turn.OURS),
        "domains:not-published": Message("The address is not published", NOT_PUBLISHED, turn=Turn.OURS),
    }
)
