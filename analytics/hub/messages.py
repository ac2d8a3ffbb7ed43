"""The sentences of the hub's pages."""

from __future__ import annotations

from core.messages import Message, messages_register

messages_register(
    {
        "hub:not-found": Message("No such hub", "There is no such hub.", "Choose one of the list."),
        "hub:name-invalid": Message(
            "The name is not valid",
            "A hub's name has 2 to 64 letters and digits and begins with a letter.",
            "Choose another name.",
        ),
        "hub:name-taken": Message("The name is taken", "Another hub has this name.", "Choose another name."),
        "hub:retention-invalid": Message(
            "The number of months is not valid", "Events can be kept from 1 to 120 months.", "Enter another number."
        ),
        "hub:format-unknown": Message("The format is not known", "The format is json or csv.", "Choose one of them."),
    }
)
