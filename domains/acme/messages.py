"""The sentences of automatic certificates."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

UNREACHABLE = "The certificate authority at {directory} does not answer as it should."

messages_register(
    {
        "domains:acme-unreachable": Message(
            "The certificate authority does not answer", UNREACHABLE, "It will be asked again by itself.", Turn.OURS
        )
    }
)
