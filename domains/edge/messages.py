"""The sentences about bindings and the edge."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

NOT_SERVED = "{host} is not served with the certificate that is bound to it yet."
NOT_COVERED = "The certificate of {subject} is not for {host}."
KEY_GONE = "The private key of the certificate of {subject} was erased."
HOST_UNFIT = "{host} is not a host name that the edge can serve."

messages_register(
    {
        "domains:not-served": Message("The certificate is not served yet", NOT_SERVED, turn=Turn.OURS),
        "domains:host-unfit": Message("The host name cannot be served", HOST_UNFIT, "Enter another domain name."),
    }
)
