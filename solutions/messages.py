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
    "solutions:language-mismatch": Message(
        heading="The default language does not fit",
        next_action="Have an administrator of the instance look at its default language, then retry.",
        turn=Turn.ORGANIZATION,
    ),
    "solutions:dependents": Message(
        heading="Other solutions need it",
        body="{dependents}",
        next_action="Uninstall the solutions that are named first, or all of them in one go.",
    ),
    "solutions:in-use": Message(
        heading="Portals are made of it",
        body="{solution} is part of {portals}.",
        next_action="A solution can be uninstalled when no portal of the instance takes it.",
    ),
    "solutions:uninstall-failed": Message(
        heading="The solution was not uninstalled",
        body="{solution} could not be uninstalled. {reason}",
        next_action="Correct what the organization says, then uninstall it again.",
        turn=Turn.ORGANIZATION,
    ),
    "solutions:circular": Message(
        heading="Solutions require each other",
        body="These solutions require each other in a circle: {circle}.",
        next_action="Report it: the packages must be corrected.",
        turn=Turn.OURS,
    ),
    "solutions:unknown": Message(heading="There is no such solution"),
    "solutions:installing": Message(
        heading="Solutions are being installed", next_action="Wait until that has finished, then try again."
    ),
    "solutions:wrong-state": Message(heading="That cannot be done with the solution now"),
    "solutions:import-running": Message(
        heading="An import cannot be stopped half-way", next_action="Wait until it has ended, then cancel."
    ),
}
