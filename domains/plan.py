"""The planned steps of a domain's runs, with the titles people read. workflow.py holds what each one does."""

from __future__ import annotations

from enum import StrEnum

from domains.models import CustomDomain
from operations.workflow import StepPlan

WORKFLOW = "bind-domain"
RESOURCE = "custom-domain"

DNS = "verify-dns"
OWNERSHIP = "prove-ownership"
BIND = "bind-certificate"
SEE = "see-certificate"
LOOK = "look-again"


class Purpose(StrEnum):
    """What a run is for: its input's ``purpose``."""

    ADD = "add"  # from the wizard's Next, or Check again on a paused one, to active
    CERTIFICATE = "certificate"  # another certificate for an active one
    CHECK = "check"  # one look at an active one


def domain_plan(domain: CustomDomain, purpose: Purpose) -> tuple[StepPlan, ...]:
    """The steps for this purpose."""
    host = domain.shown
    bind = (
        StepPlan(BIND, "Create the SSL binding at the edge"),
        StepPlan(SEE, f"Open https://{host} through the edge and see certificate and chain"),
    )
    match purpose:
        case Purpose.ADD:
            dns = StepPlan(DNS, f"Find the CNAME record of {host}")
            return (dns, StepPlan(OWNERSHIP, "See whose name it is"), *bind)
        case Purpose.CERTIFICATE:
            return bind
        case Purpose.CHECK:
            return (StepPlan(LOOK, f"Look at the DNS record and the certificate of {host}"),)
