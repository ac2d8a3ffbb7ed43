"""The sentences of this room's codes."""

from __future__ import annotations

from core.messages import Message, Turn

MESSAGES = {
    "solutions:prerequisite-missing": Message(
        heading="A prerequisite is not installed",
        body="{solution} cannot be installed yet. Install these first: {prerequisites}.",
        next_action="Install the solutions that are named, then restart the installation.",
    ),
    "solutions:install-failed": Message(
        heading="Install Failed",
        body="{solution} could not be installed. {reason}",
        next_action=(
            "Correct what the organization says, or wait until it is well again, then retry. Be sure that a system "
            "administrator in Dynamics 365 is installing the solution with the default language in Dynamics 365 set "
            "to the language the portal should be installed in."
        ),
        turn=Turn.ORGANIZATION,
    ),
    "solutions:content-refused": Message(
        heading="The starter content was not imported",
        body="{table} could not be filled. {reason}",
        next_action="Correct what the organization says, then restart provisioning.",
        turn=Turn.ORGANIZATION,
    ),
}
