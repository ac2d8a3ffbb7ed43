"""What people read for the engine's own codes."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

messages_register(
    {
        "operations:busy": Message(
            heading="Something is being done here already",
            body="The work that was started before has not ended yet.",
            next_action="Wait until it has ended, then try again.",
        ),
        "operations:finished": Message(
            heading="This has ended already",
            body="The work cannot be canceled any more.",
        ),
        "operations:step-failed": Message(
            heading="A step failed",
            next_action="Read what the step says, put it right, then start again.",
        ),
        "operations:step-timed-out": Message(
            heading="A step took too long",
            body="It did not end within the time a step may take, so it was stopped.",
            next_action="Start again; what is done already is not done twice.",
            turn=Turn.OURS,
        ),
        "operations:worker-lost": Message(
            heading="A step could not be ended",
            body="The worker process ended several times while it was at this step.",
            next_action="Look at the worker's log and memory, then start again.",
            turn=Turn.OURS,
        ),
        "operations:database-away": Message(
            heading="The database did not answer",
            body="The step could not read or write its rows.",
            next_action="Look at the database's log and disk, then start again.",
            turn=Turn.OURS,
        ),
        "operations:unknown-version": Message(
            heading="Waiting for another version",
            body="No running worker knows the version of the product that planned this.",
            next_action="Let a worker of that version, or a newer one that still knows it, run.",
            turn=Turn.OURS,
        ),
        "operations:worker-gone": Message(
            heading="The worker ended in this step",
            body="Another one takes over.",
            turn=Turn.OURS,
        ),
        "operations:unexpected": Message(
            heading="A step stopped with an error of ours",
            body="The log of the worker holds the details under the reference {reference}.",
            next_action="Start again; if it happens again, report the reference.",
            turn=Turn.OURS,
        ),
    }
)
