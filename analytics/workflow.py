"""The runs that connect a portal to a hub and that delete the connection. Order and titles are in plan.py."""

from __future__ import annotations

from datetime import timedelta

from analytics import plan, steps
from analytics.services.ending import configure_ended, delete_ended
from operations.workflow import Retry, Workflow, workflow_register

# Somebody looks on: a hub that does not answer is told within a minute.
RETRY = Retry(attempts=4, longest_delay=timedelta(seconds=4))

CONFIGURE_ANALYTICS = Workflow(
    name=plan.CONFIGURE,
    version=1,
    handlers={
        plan.REACH: steps.reach_hub,
        plan.RIGHTS: steps.read_policy,
        plan.TYPES: steps.create_types,
        plan.LINK: steps.link_contact,
        plan.TEST: steps.send_test,
    },
    finished=configure_ended,
    retry=RETRY,
)
DELETE_ANALYTICS = Workflow(
    name=plan.DELETE,
    version=1,
    handlers={plan.DRAIN: steps.send_waiting, plan.REMOVE: steps.remove_connection},
    finished=delete_ended,
    retry=RETRY,
)

workflow_register(CONFIGURE_ANALYTICS)
workflow_register(DELETE_ANALYTICS)
