"""The planned steps of the room's runs, with the titles people read. workflow.py holds what each one does."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from analytics.kinds import KINDS
from operations.workflow import StepPlan

CONFIGURE, DELETE = "configure-analytics", "delete-analytics"
RESOURCE = "analytics"  # its id is the portal's: one run a portal

REACH = "reach-hub"
RIGHTS = "read-policy"
TYPES = "create-types"
LINK = "link-contact"
TEST = "send-test"
DRAIN = "send-waiting"
REMOVE = "remove-connection"


class Purpose(StrEnum):
    """What a run of ``configure-analytics`` is for: its input's ``purpose``."""

    CONNECT = "connect"
    TYPE = "type"  # one interaction is turned on whose type the hub does not have


def configure_plan(names: Iterable[str]) -> tuple[StepPlan, ...]:
    """From the address to the first interaction."""
    return (
        StepPlan(REACH, "Check the hub answers"),
        StepPlan(RIGHTS, "Check the policy's permissions"),
        StepPlan(TYPES, "Create the interaction types", ",".join(names)),
        StepPlan(LINK, "Link Contact to the interactions", ",".join(names)),
        StepPlan(TEST, "Send a test interaction"),
    )


def type_plan(name: str) -> tuple[StepPlan, ...]:
    """One type anew."""
    title = KINDS[name].display_name
    return (
        StepPlan(TYPES, f"Create the interaction type {title}", name),
        StepPlan(LINK, f"Link Contact to {title}", name),
    )


def delete_plan(*, is_connected: bool) -> tuple[StepPlan, ...]:
    """What waits is sent once more where it can be; then nothing of the connection is left here."""
    drain = (StepPlan(DRAIN, "Send the interactions that wait"),) if is_connected else ()
    return (*drain, StepPlan(REMOVE, "Delete the connection"))
