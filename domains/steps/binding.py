"""From a record in somebody's DNS to a certificate that was seen through the edge."""

from __future__ import annotations

import time

from django.utils import timezone

from core.errors import Conflict, InvalidValue, Unavailable
from domains.acme import caa_require
from domains.custom import messages
from domains.models import CustomDomain
from domains.services.domain_runs import (
    certificate_of_run,
    domain_bind,
    domain_look,
    domain_pre_bind,
    domain_see,
    domain_wait,
    needs_proof,
    proof_missing,
)
from domains.services.rechecks import domain_recheck
from operations.workflow import Answer, Done, StepContext, StepFailed, Wait

# A binding is a moment away from being served: look again in place for so long, rather than be woken again.
LOOK_SECONDS = 6.0
LOOK_PAUSE = 0.1


def verify_dns(context: StepContext) -> Answer:
    """Ask the zone's name servers. Not there yet: wait on the back-off curve, up to 7 days."""
    domain = domain_of(context)
    report = domain_look(domain)
    if report.is_ok:
        return Done(message=report.sentence or f"{domain.shown} is an alias of {report.expected}.")
    # An automatic certificate cannot be ordered before the traffic moves, so there is nothing to put in place.
    if report.is_owner_proved and domain.certificate_id and domain_pre_bind(domain):
        context.log("The TXT record is there: the certificate is in place before the traffic moves.")
    next_at = domain_wait(domain, report)
    context.log(report.sentence)
    return Wait(next_at - timezone.now(), f"{messages.CNAME_MISSING} {report.sentence}")


def prove_ownership(context: StepContext) -> Answer:
    """A CNAME to this portal's own name is proof enough, unless others had the name a short while ago."""
    domain = domain_of(context)
    if not needs_proof(domain):
        return Done(message=f"The CNAME record to {domain.portal} itself proves it.", skipped=True)
    report = domain_look(domain)
    if report.is_owner_proved:
        return Done(message="The TXT record proves it.")
    next_at = domain_wait(domain, report)
    return Wait(next_at - timezone.now(), proof_missing(domain))


def bind_certificate(context: StepContext) -> Answer:
    """Publish the certificate at the edge. Nothing is reloaded."""
    domain = domain_of(context)
    certificate = certificate_of_run(context.operation, domain)
    try:
        if certificate is None:
            caa_require(domain.host)
        domain_bind(domain, certificate)
    except (Conflict, InvalidValue) as refused:
        raise StepFailed(refused.message, code=refused.code) from refused
    return Done(message=f"{domain.shown} is bound to {certificate or 'an automatic certificate'}.")


def see_certificate(context: StepContext) -> Answer:
    """Shake hands with the edge under the name, as a visitor's browser will."""
    domain = domain_of(context)
    certificate = certificate_of_run(context.operation, domain)
    until = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            served = domain_see(domain, certificate)
            break
        except Unavailable:
            if time.monotonic() >= until:
                raise
        time.sleep(LOOK_PAUSE)
    chain = len(served.chain_fingerprints)
    return Done(message=f"Seen: {', '.join(served.names[:3])}, {chain} certificate{'s' * (chain != 1)} in the chain.")


def look_again(context: StepContext) -> Answer:
    """One look at an active domain, because somebody asked for it."""
    domain = domain_of(context)
    domain_recheck(domain)
    domain.refresh_from_db()
    return Done(message=domain.report.sentence if domain.report else "")


def domain_of(context: StepContext) -> CustomDomain:
    """The domain as it is now.

    Raises:
        StepFailed: it was removed.
    """
    found = CustomDomain.objects.live().select_related("portal", "certificate", "replaces")
    domain = found.filter(pk=context.operation.resource_id, portal__isnull=False).first()
    if domain is None:
        raise StepFailed(messages.DOMAIN_GONE, code="domains:gone")
    return domain
