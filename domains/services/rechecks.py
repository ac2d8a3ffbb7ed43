"""Active domains are looked at again: their DNS, and the certificate that is actually served.

A definite "no" counts only when it comes three times over half an hour; what could not be asked is never a no. The row
is the work: a sweep that dies is done by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from core.errors import Unavailable
from domains.custom import curve
from domains.custom.facts import served_problem, tls_facts
from domains.dns import DnsReport, HostQuestion, Verdict, hosts_check
from domains.models import CustomDomain, DomainDraft
from domains.services.bindings import binding_probe
from domains.services.custom_domains import entry_remove
from domains.services.domain_runs import domain_pause
from domains.states import event_write

logger = structlog.get_logger(__name__)

S, A = CustomDomain.State, CustomDomain.Attention
AT_ONCE = 2000  # domains a sweep takes
HANDSHAKES_AT_ONCE = 8
SWEEP_LONGEST = timedelta(minutes=10)
TlsLook = tuple[dict[str, Any] | None, str]  # facts and trouble
NEGATIVE = (Verdict.MISSING, Verdict.WRONG)


def domains_recheck() -> int:
    """Look at all domains that are due; the number looked at. Two sweeps at once share them."""
    return _recheck(_claim())


def domain_recheck(domain: CustomDomain) -> None:
    """Look at one active domain now."""
    _recheck([domain])


def drafts_clear() -> int:
    """Delete the wizard's drafts that are older than 24 hours, with the files sealed in them."""
    return DomainDraft.objects.expired(timezone.now()).delete()[0]


@transaction.atomic
def _claim() -> list[CustomDomain]:
    """Domains that are due, put off for the time a sweep takes: one that dies is done by another a little later."""
    now = timezone.now()
    due = CustomDomain.objects.due(now).filter(portal__isnull=False).order_by("next_check_at")
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    CustomDomain.objects.filter(pk__in=ids).update(next_check_at=now + SWEEP_LONGEST)
    return list(CustomDomain.objects.filter(pk__in=ids).select_related("portal", "certificate"))


def orphans_remove() -> int:
    """Remove entries whose portal was deleted; their names stay guarded. How many."""
    orphans = CustomDomain.objects.live().filter(portal__isnull=True)[:AT_ONCE]
    with transaction.atomic():
        for entry in orphans:
            entry_remove(entry, actor=None, code="removed", context={"host": entry.shown})
    return len(orphans)


def _recheck(domains: Sequence[CustomDomain]) -> int:
    if not domains:
        return 0
    questions = [HostQuestion(d.host, d.portal.host, d.ownership) for d in domains if d.portal]
    reports = {report.host: report for report in hosts_check(questions)}
    looks = _tls_looks(domains)
    for domain, (facts, trouble) in zip(domains, looks, strict=True):
        _note(domain, reports[domain.host], facts, trouble)
    return len(domains)


def _tls_looks(domains: Sequence[CustomDomain]) -> list[TlsLook]:
    """A handshake for each, several at once where there are many."""
    if len(domains) <= HANDSHAKES_AT_ONCE:
        return [_tls_look(domain) for domain in domains]
    with ThreadPoolExecutor(HANDSHAKES_AT_ONCE) as handshakes:
        return list(handshakes.map(_tls_look_in_thread, domains))


def _tls_look_in_thread(domain: CustomDomain) -> TlsLook:
    try:
        return _tls_look(domain)
    finally:
        connection.close()  # each thread has one of its own


def _tls_look(domain: CustomDomain) -> TlsLook:
    """What the edge serves for the domain, and what is wrong with it."""
    try:
        served = binding_probe(domain.host)
    except Unavailable as trouble:
        return None, trouble.message
    problem = served_problem(served, host=domain.host, certificate=domain.certificate, portal_id=str(domain.portal_id))
    return tls_facts(served), problem


@transaction.atomic
def _note(domain: CustomDomain, report: DnsReport, facts: dict[str, Any] | None, trouble: str) -> None:
    """Write down what was seen of one domain, and what follows from it."""
    row = CustomDomain.objects.select_for_update(of=("self",)).filter(pk=domain.pk, state=S.ACTIVE).first()
    if row is None:
        return
    now = timezone.now()
    row.dns = report.to_json()
    row.tls = facts or row.tls
    _note_tls(row, trouble)
    row.next_check_at = now + _note_dns(row, report, now)
    row.save()
    if row.lost_at and now - row.lost_at >= curve.SERVED_AFTER_LOSS and report.verdict in NEGATIVE:
        logger.warning("domain.paused", host=row.host, reason=report.reason)
        domain_pause(row, code=report.reason, why=report.sentence, mail=True)


def _note_dns(row: CustomDomain, report: DnsReport, now: datetime) -> timedelta:
    """Count what DNS said; how long until the next look."""
    if report.verdict == Verdict.OK:
        _found(row)
        return curve.next_in_service()
    row.reason, row.reason_text = report.reason, report.sentence
    if report.verdict == Verdict.UNREACHABLE:
        _unreachable(row, report, now)
    elif report.verdict in NEGATIVE:
        _negative(row, report, now)
    return curve.IN_DOUBT_EVERY


def _found(row: CustomDomain) -> None:
    if A.DNS_LOST in row.attention or A.DNS_UNREACHABLE in row.attention:
        event_write(domain_id=row.pk, code="dns-back")
    row.attention = [flag for flag in row.attention if flag == A.TLS_PROBE_FAILED]
    row.reason = row.reason_text = ""
    row.negatives, row.negative_since, row.lost_at, row.unreachable_since = 0, None, None, None


def _negative(row: CustomDomain, report: DnsReport, now: datetime) -> None:
    row.negatives += 1
    row.negative_since = row.negative_since or now
    row.unreachable_since = None
    if A.DNS_UNREACHABLE in row.attention:
        row.attention.remove(A.DNS_UNREACHABLE)
    is_sure = row.negatives >= curve.LOST_NEGATIVES and now - row.negative_since >= curve.LOST_AFTER
    if is_sure and row.lost_at is None:
        row.lost_at = now
        _alarm(row, A.DNS_LOST, "dns-lost", {"why": report.sentence, "expected": report.expected})


def _unreachable(row: CustomDomain, report: DnsReport, now: datetime) -> None:
    """No answer is no "no": nothing is counted, nothing unbound; after a day people are told."""
    row.unreachable_since = row.unreachable_since or now
    if now - row.unreachable_since >= curve.UNREACHABLE_ALARM_AFTER:
        _alarm(row, A.DNS_UNREACHABLE, "dns-unreachable", {"why": report.sentence})


def _note_tls(row: CustomDomain, trouble: str) -> None:
    if trouble:
        _alarm(row, A.TLS_PROBE_FAILED, "tls-failed", {"why": trouble})
    elif A.TLS_PROBE_FAILED in row.attention:
        row.attention.remove(A.TLS_PROBE_FAILED)
        event_write(domain_id=row.pk, code="tls-back")


def _alarm(row: CustomDomain, flag: CustomDomain.Attention, code: str, context: Mapping[str, object]) -> None:
    """Raise a flag once: banner, event and mail."""
    if flag in row.attention:
        return
    row.attention.append(flag)
    event_write(domain_id=row.pk, code=code, context=context, mail=True)
    logger.warning("domain.alarm", host=row.host, alarm=code)
