"""The run that binds a custom domain: which step is done by what, how often it is tried, how its end is told.

The order and the titles are in plan.py; a run carries its own copy of them.
"""

from __future__ import annotations

from datetime import timedelta

from domains import plan
from domains.services.domain_runs import run_ended
from domains.steps.binding import bind_certificate, look_again, prove_ownership, see_certificate, verify_dns
from operations.workflow import Retry, Workflow, workflow_register

BIND_DOMAIN = Workflow(
    name=plan.WORKFLOW,
    version=1,
    handlers={
        plan.DNS: verify_dns,
        plan.OWNERSHIP: prove_ownership,
        plan.BIND: bind_certificate,
        plan.SEE: see_certificate,
        plan.LOOK: look_again,
    },
    finished=run_ended,
    # The edge may be restarting: 1 + 2 + 4 ... + 30 + 30 seconds, some two minutes in all.
    retry=Retry(attempts=8, longest_delay=timedelta(seconds=30)),
)

workflow_register(BIND_DOMAIN)
