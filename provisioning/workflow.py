"""The run that brings a portal to life: which step is done by what, how often it is tried, how its end is told.

The order and the titles are in plan.py; a run carries its own copy of them.
"""

from __future__ import annotations

from datetime import timedelta

from operations.workflow import Retry, Workflow, workflow_register
from provisioning import plan
from provisioning.outcome import provisioning_finished
from provisioning.steps.address import open_portal, publish_address, reserve_address, switch_on
from provisioning.steps.organization import (
    appoint_administrator,
    check_organization,
    create_website,
    import_content,
    install_solution,
)

PROVISION_PORTAL = Workflow(
    name=plan.WORKFLOW,
    version=1,
    handlers={
        plan.CHECK: check_organization,
        plan.RESERVE: reserve_address,
        plan.PUBLISH: publish_address,
        plan.INSTALL: install_solution,
        plan.CONTENT: import_content,
        plan.WEBSITE: create_website,
        plan.ADMINISTRATOR: appoint_administrator,
        plan.SWITCH_ON: switch_on,
        plan.OPEN: open_portal,
    },
    finished=provisioning_finished,
    # An organization may be away for some minutes: 1 + 2 + 4 ... + 60 + 60 seconds, about three minutes in all.
    retry=Retry(attempts=9, longest_delay=timedelta(minutes=1)),
)

workflow_register(PROVISION_PORTAL)
