"""What the steps of a domain's run make so, and how its end is told. Each may be called again."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from domains.custom import curve, messages
from domains.custom.facts import served_problem, tls_facts
from domains.dns import DnsReport
from domains.edge.errors import NotServed
from domains.models import Certificate, CustomDomain
from domains.plan import Purpose
from domains.services.bindings import (
    ServedCertificate,
    binding_ensure,
    binding_probe,
    binding_redirect,
    binding_remove,
)
from domains.services.custom_domains import entry_remove
from domains.services.domain_rules import domain_report, is_guarded, proof_sentence
from domains.states import domain_move, event_write
from operations.models import Operation
from operations.workflow import StepFailed
from portals.models import Portal
from portals.services import event_write as portal_event_write

S = CustomDomain.State


def domain_look(domain: CustomDomain) -> DnsReport:
    """Look at DNS and keep what was seen."""
    report = domain_report(portal_of(domain), domain.host)
    domain.dns = report.to_json()
    CustomDomain.objects.filter(pk=domain.pk).update(dns=domain.dns, updated_at=timezone.now())
    return report


def domain_wait(domain: CustomDomain, report: DnsReport) -> datetime:
    """Count a look that did not find the record.

    Returns:
        When it is looked next.

    Raises:
        StepFailed: ``domains:waited-too-long``: nothing was found in 7 days.
    """
    now = timezone.now()
    if now - (domain.waiting_since or domain.created_at) >= curve.GIVEN_UP_AFTER:
        raise StepFailed(f"{messages.WAITED_TOO_LONG} {report.sentence}".strip(), code="domains:waited-too-long")
    tries = domain.tries + 1
    next_at = now + curve.wait_after(tries)
    CustomDomain.objects.filter(pk=domain.pk).update(
        tries=tries, next_check_at=next_at, reason=report.reason, reason_text=report.sentence, updated_at=now
    )
    return next_at


def domain_pre_bind(domain: CustomDomain) -> bool:
    """The TXT record proves whose name it is: put the certificate in place before the traffic moves.

    Returns:
        False where it is in place already.
    """
    if domain.events.filter(code="pre-bound", at__gte=domain.waiting_since or domain.created_at).exists():
        return False
    with transaction.atomic():
        binding_ensure(portal_id=portal_of(domain).pk, host=locked(domain).host, certificate_id=domain.certificate_id)
        event_write(domain_id=domain.pk, code="pre-bound")
    return True


def needs_proof(domain: CustomDomain) -> bool:
    """Whether the CNAME record alone does not tell whose name it is: others had it a short while ago."""
    return is_guarded(portal_of(domain), domain.host)


def proof_missing(domain: CustomDomain) -> str:
    """What the run waits for then, with the record to add."""
    return proof_sentence(messages.OWNERSHIP_MISSING, portal_of(domain), domain.host)


def domain_bind(domain: CustomDomain, certificate: Certificate | None) -> None:
    """Publish the certificate at the edge for the host.

    Raises:
        StepFailed: the domain was removed, or its certificate deleted.
        DomainBusy: it was paused meanwhile.
    """
    with transaction.atomic():
        locked(domain)
        if certificate is not None and not certificate.is_usable:
            raise StepFailed(messages.CERTIFICATE_GONE, code="domains:certificate-invalid")
        if domain.state != S.ACTIVE:
            domain_move(domain_id=domain.pk, to=S.BINDING, code="binding", reason="", reason_text="")
        binding_ensure(
            portal_id=portal_of(domain).pk, host=domain.host, certificate_id=certificate.pk if certificate else None
        )


def domain_see(domain: CustomDomain, certificate: Certificate | None) -> ServedCertificate:
    """Our own handshake through the edge with that name: the right leaf, the right chain, the right portal.

    Raises:
        NotServed, EdgeUnreachable, EdgeUntrusted: asking again may help.
    """
    served = binding_probe(domain.host)
    problem = served_problem(served, host=domain.host, certificate=certificate, portal_id=str(portal_of(domain).pk))
    if problem:
        raise NotServed(problem, context={"host": domain.host})
    CustomDomain.objects.filter(pk=domain.pk).update(tls=tls_facts(served), updated_at=timezone.now())
    return served


def run_ended(operation: Operation) -> None:
    """The end of a run, in the transaction that writes its final status."""
    domain = CustomDomain.objects.select_for_update(of=("self",)).filter(pk=operation.resource_id).first()
    if domain is None or domain.is_removed:
        return
    succeeded = operation.status == Operation.Status.SUCCEEDED
    match Purpose(operation.input["purpose"]), succeeded:
        case Purpose.ADD, True:
            _activate(domain, operation)
        case Purpose.ADD, False:
            error = operation.error or {}
            domain_pause(domain, code=str(error.get("code", "")), why=str(error.get("message") or "Cancelled"))
        case Purpose.CERTIFICATE, True:
            _certificate_changed(domain, operation)
        case Purpose.CERTIFICATE, False:
            _certificate_kept(domain, operation)


def domain_pause(domain: CustomDomain, *, code: str, why: str, mail: bool = False) -> None:
    """Stop serving the name and keep the entry; the caller holds the transaction."""
    domain_move(
        domain_id=domain.pk,
        to=S.PAUSED,
        code="paused",
        context={"why": why},
        mail=mail,
        reason=code[:80],
        reason_text=why,
        next_check_at=None,
    )
    binding_remove(host=domain.host)


def certificate_of_run(operation: Operation, domain: CustomDomain) -> Certificate | None:
    """The certificate the run is about; None for an automatic one.

    Raises:
        StepFailed: it was deleted.
    """
    chosen = operation.input.get("certificate", str(domain.certificate_id or ""))
    if not chosen:
        return None
    found = Certificate.objects.filter(pk=uuid.UUID(chosen)).first()
    if found is None:
        raise StepFailed(messages.CERTIFICATE_GONE, code="domains:certificate-invalid")
    return found


def locked(domain: CustomDomain) -> CustomDomain:
    """The row as it is now, held until the transaction ends, so that nobody removes it meanwhile.

    Raises:
        StepFailed: it was removed.
    """
    row = CustomDomain.objects.select_for_update(of=("self",)).filter(pk=domain.pk).first()
    if row is None or row.is_removed or row.portal_id is None:
        raise StepFailed(messages.DOMAIN_GONE, code="domains:gone")
    return row


def portal_of(domain: CustomDomain) -> Portal:
    """The domain's portal.

    Raises:
        StepFailed: it was deleted.
    """
    if domain.portal is None:
        raise StepFailed(messages.DOMAIN_GONE, code="domains:gone")
    return domain.portal


def _activate(domain: CustomDomain, operation: Operation) -> None:
    old = domain.replaces
    if old is not None and not old.is_removed:
        entry_remove(old, actor=None, code="taken-over", context={"new": domain.shown})
    now = timezone.now()
    moved = domain_move(
        domain_id=domain.pk,
        to=S.ACTIVE,
        code="took-over" if old else "activated",
        actor=operation.actor,
        context={"host": domain.shown, "old": old.shown if old else ""},
        active_at=now,
        replaces=None,
        redirects_from_base=domain.redirects_from_base or bool(old and old.redirects_from_base),
        next_check_at=now + curve.next_in_service(),
        reason="",
        reason_text="",
        attention=[],
    )
    if moved:
        changes = {"custom_domain": [old.shown if old else "", domain.shown]}
        portal_event_write(portal_of(domain), operation.actor, "domains:activated", changes=changes)
        if old and old.redirects_from_base:
            binding_redirect(host=domain.host, is_on=True)


def _certificate_changed(domain: CustomDomain, operation: Operation) -> None:
    certificate = certificate_of_run(operation, domain)
    CustomDomain.objects.filter(pk=domain.pk).update(certificate=certificate, updated_at=timezone.now())
    told = str(certificate) if certificate else "an automatic one"
    event_write(domain_id=domain.pk, code="certificate-changed", actor=operation.actor, context={"certificate": told})


def _certificate_kept(domain: CustomDomain, operation: Operation) -> None:
    """The new certificate was not seen: the old one is bound again."""
    binding_ensure(portal_id=portal_of(domain).pk, host=domain.host, certificate_id=domain.certificate_id)
    why = str((operation.error or {}).get("message") or "Cancelled")
    event_write(domain_id=domain.pk, code="certificate-kept", actor=operation.actor, context={"why": why})
