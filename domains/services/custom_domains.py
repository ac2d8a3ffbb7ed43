"""Adding, changing, checking and removing a portal's custom domain. Pages and the API call these."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import Conflict
from core.models import User
from domains import messages as room_messages
from domains.custom import curve, messages
from domains.custom.errors import CheckedJustNow, DomainBusy, DomainNotFound, OnlyOne
from domains.custom.ownership import ownership_value
from domains.errors import HostTaken
from domains.models import CustomDomain
from domains.names import host_parse
from domains.plan import RESOURCE, WORKFLOW, Purpose, domain_plan
from domains.services.bindings import binding_redirect, binding_remove
from domains.services.domain_rules import (
    certificate_require,
    cover_require,
    host_require_free,
    portal_require_ready,
    portal_with_domains,
)
from domains.states import domain_move, event_write
from operations.models import Operation
from operations.services import Resource, operation_cancel, operation_hurry, operation_start
from portals.models import Portal
from portals.services import event_write as portal_event_write

S = CustomDomain.State


def domain_add(
    *, actor: User, portal_id: uuid.UUID, hostname: str, certificate_id: uuid.UUID | None, replaces: bool = False
) -> tuple[CustomDomain, Operation]:
    """Give the portal a custom domain and start the run that brings it to life.

    Args:
        hostname: as somebody typed it.
        certificate_id: None for an automatic certificate.
        replaces: take over from the portal's present domain when this one is active; both answer until then.

    Raises:
        PortalNotFound, NotAllowed, PortalUnready, ProductionOnly.
        InvalidValue: ``domains:host-…``, ``domains:host-taken``, ``domains:ownership-missing``,
            ``domains:certificate-invalid``, ``domains:name-mismatch``.
        Conflict: ``domains:only-one``, or ``domains:host-taken`` where another portal was faster.
    """
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    portal_require_ready(portal)
    old = one_require(portal, replaces=replaces)
    host = host_parse(hostname).a_label
    certificate = certificate_require(portal, certificate_id)
    cover_require(certificate, host)
    giving_way = host_require_free(portal, host)
    try:
        with transaction.atomic():
            if giving_way is not None:
                _evict(giving_way)
            domain = _create(actor, portal, host, certificate.pk if certificate else None, old)
            return domain, run_start(actor=actor, domain=domain, purpose=Purpose.ADD)
    except IntegrityError as lost:
        raise _lost(host, lost) from lost


def domain_put(
    *, actor: User, portal_id: uuid.UUID, hostname: str, certificate_id: uuid.UUID | None
) -> tuple[CustomDomain, Operation]:
    """Make this the portal's custom domain, whatever it has now: add it, change its certificate, or take over.

    Raises:
        As :func:`domain_add` and :func:`domain_certificate_change`.
    """
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    present = CustomDomain.objects.of_portal(portal.pk).main().first()
    if present is not None and present.host == host_parse(hostname).a_label:
        return present, domain_certificate_change(actor=actor, portal_id=portal_id, certificate_id=certificate_id)
    return domain_add(
        actor=actor,
        portal_id=portal_id,
        hostname=hostname,
        certificate_id=certificate_id,
        replaces=present is not None,
    )


def domain_certificate_change(*, actor: User, portal_id: uuid.UUID, certificate_id: uuid.UUID | None) -> Operation:
    """Serve the domain with another certificate. The old one is served until the edge shows the new one.

    Raises:
        InvalidValue: ``domains:certificate-invalid``, ``domains:name-mismatch``.
        DomainNotFound, DomainBusy, NotAllowed, PortalNotFound.
    """
    domain = domain_for(actor=actor, portal_id=portal_id)
    certificate = certificate_require(_portal_of(domain), certificate_id)
    cover_require(certificate, domain.host, field="certificate")
    chosen = certificate.pk if certificate else None
    if domain.state == S.ACTIVE:
        return run_start(actor=actor, domain=domain, purpose=Purpose.CERTIFICATE, certificate_id=chosen)
    with transaction.atomic():
        CustomDomain.objects.filter(pk=domain.pk).update(certificate_id=chosen, updated_at=timezone.now())
        return _look_again(actor, domain)


def domain_check(*, actor: User, portal_id: uuid.UUID) -> Operation:
    """The button "Check again": end the wait, begin anew where it is paused, look once where it is active.

    Raises:
        CheckedJustNow: less than 10 seconds after the last time.
        DomainNotFound, DomainBusy, NotAllowed, PortalNotFound.
    """
    domain = domain_for(actor=actor, portal_id=portal_id, newest=True)
    with transaction.atomic():
        _button_require(domain)
        if domain.state == S.ACTIVE:
            return run_start(actor=actor, domain=domain, purpose=Purpose.CHECK)
        return _look_again(actor, domain)


def domain_remove(*, actor: User, portal_id: uuid.UUID) -> None:
    """Take the domain away from the portal, and one that was to take over from it. Its name stays guarded for 30 days.

    Raises:
        DomainNotFound, NotAllowed, PortalNotFound.
    """
    domain = domain_for(actor=actor, portal_id=portal_id)
    portal = _portal_of(domain)
    with transaction.atomic():
        for entry in CustomDomain.objects.of_portal(portal.pk).filter(Q(pk=domain.pk) | Q(replaces=domain)):
            entry_remove(entry, actor=actor, code="removed", context={"host": entry.shown})
        changes = {"custom_domain": [domain.shown, ""]}
        portal_event_write(portal, actor, "domains:removed", changes=changes)


def domain_change_cancel(*, actor: User, portal_id: uuid.UUID) -> None:
    """Give up the domain that was to take over; the present one stays.

    Raises:
        DomainNotFound: none is to take over.
        NotAllowed, PortalNotFound.
    """
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    entry = CustomDomain.objects.of_portal(portal.pk).filter(replaces__isnull=False).first()
    if entry is None:
        raise DomainNotFound(messages.NOT_FOUND)
    with transaction.atomic():
        entry_remove(entry, actor=actor, code="removed", context={"host": entry.shown})


def domain_redirect(*, actor: User, portal_id: uuid.UUID, is_on: bool) -> None:
    """Whether visitors of the portal URL are led to the custom domain. Asking twice is asking once.

    Raises:
        DomainBusy: it is not active.
        DomainNotFound, NotAllowed, PortalNotFound.
    """
    domain = domain_for(actor=actor, portal_id=portal_id)
    with transaction.atomic():
        chosen = CustomDomain.objects.filter(pk=domain.pk, state=S.ACTIVE)
        if chosen.exclude(redirects_from_base=is_on).update(redirects_from_base=is_on, updated_at=timezone.now()):
            binding_redirect(host=domain.host, is_on=is_on)
            code = "redirect-on" if is_on else "redirect-off"
            event_write(domain_id=domain.pk, code=code, actor=actor, context={"host": domain.shown})
        elif not chosen.exists():
            raise DomainBusy(messages.NOT_ACTIVE)


def domain_for(*, actor: User, portal_id: uuid.UUID, newest: bool = False) -> CustomDomain:
    """The portal's custom domain, if ``actor`` may manage it.

    Args:
        newest: the one that is to take over, where there is one.

    Raises:
        DomainNotFound, NotAllowed, PortalNotFound.
    """
    portal = portal_with_domains(actor=actor, portal_id=portal_id)
    found = CustomDomain.objects.of_portal(portal.pk).select_related("portal__organization", "certificate")
    domain = found.order_by("-created_at").first() if newest else found.main().first()
    if domain is None:
        raise DomainNotFound(messages.NOT_FOUND)
    return domain


def one_require(portal: Portal, *, replaces: bool) -> CustomDomain | None:
    """The entry to take over from, or None where the portal has no domain and takes over from none.

    Raises:
        OnlyOne: in the source document's words.
        DomainNotFound: there is nothing to take over from.
        DomainBusy: another one is to take over already.
    """
    entries = list(CustomDomain.objects.of_portal(portal.pk))
    present = next((entry for entry in entries if entry.replaces_id is None), None)
    if not replaces:
        if present is not None:
            raise OnlyOne(messages.ONLY_ONE)
        return None
    if present is None:
        raise DomainNotFound(messages.NOT_FOUND)
    if len(entries) > 1:
        raise DomainBusy(messages.BUSY)
    return present


def run_start(
    *, actor: User | None, domain: CustomDomain, purpose: Purpose, certificate_id: uuid.UUID | None = None
) -> Operation:
    """Start a run over the domain.

    Raises:
        DomainBusy: one is under way.
    """
    values: dict[str, str] = {"purpose": purpose.value, "host": domain.host}
    if purpose == Purpose.CERTIFICATE:
        values["certificate"] = str(certificate_id or "")
    try:
        return operation_start(
            actor=actor,
            workflow=WORKFLOW,
            resource=Resource(RESOURCE, domain.pk, domain.shown, domain.organization_id),
            plan=domain_plan(domain, purpose),
            input=values,
        )
    except Conflict as busy:
        raise DomainBusy(messages.BUSY) from busy


def entry_remove(
    entry: CustomDomain, *, actor: User | None, code: str, context: Mapping[str, object], guarded: bool = True
) -> None:
    """Unbind and remove one entry; the caller holds the transaction. A run over it finds that it is gone."""
    now = timezone.now()
    for run in Operation.objects.of_resource(RESOURCE, entry.pk).active():
        if actor is not None:
            operation_cancel(actor=actor, operation_id=run.pk)
    was_served = entry.active_at is not None
    domain_move(
        domain_id=entry.pk,
        to=S.REMOVED,
        code=code,
        actor=actor,
        context=context,
        removed_at=now,
        tombstone_until=now + curve.TOMBSTONE if guarded and was_served else None,
        next_check_at=None,
    )
    binding_remove(host=entry.host)


def _create(
    actor: User, portal: Portal, host: str, certificate_id: uuid.UUID | None, old: CustomDomain | None
) -> CustomDomain:
    now = timezone.now()
    domain = CustomDomain.objects.create(
        portal=portal,
        organization_id=portal.organization_id,
        host=host,
        certificate_id=certificate_id,
        replaces=old,
        ownership=ownership_value(organization_id=portal.organization_id, host=host),
        waiting_since=now,
        next_check_at=now,
        created_by=actor,
    )
    code, context = ("change-begun", {"old": old.shown}) if old else ("added", {})
    event_write(domain_id=domain.pk, code=code, actor=actor, context={"host": domain.shown, **context})
    return domain


def _evict(entry: CustomDomain) -> None:
    entry_remove(entry, actor=None, code="evicted", context={"host": entry.shown}, guarded=False)


def _look_again(actor: User, domain: CustomDomain) -> Operation:
    """Hurry the run that waits, or start anew what is paused. The caller holds the transaction."""
    if domain.state == S.PAUSED:
        now = timezone.now()
        domain_move(
            domain_id=domain.pk,
            to=S.AWAITING_DNS,
            code="resumed",
            actor=actor,
            waiting_since=now,
            tries=0,
            next_check_at=now,
            reason="",
            reason_text="",
            attention=[],
            negatives=0,
            negative_since=None,
            lost_at=None,
            unreachable_since=None,
        )
        return run_start(actor=actor, domain=domain, purpose=Purpose.ADD)
    run = Operation.objects.of_resource(RESOURCE, domain.pk).active().first()
    if run is None:
        raise DomainBusy(messages.BUSY)
    operation_hurry(operation_id=run.pk)
    return run


def _button_require(domain: CustomDomain) -> None:
    """One guarded UPDATE: of two clicks at once, one looks."""
    now = timezone.now()
    rested = Q(check_asked_at__isnull=True) | Q(check_asked_at__lte=now - curve.BUTTON_APART)
    if not CustomDomain.objects.filter(rested, pk=domain.pk).update(check_asked_at=now):
        domain.refresh_from_db(fields=["check_asked_at"])
        seconds = button_rest(domain)
        raise CheckedJustNow(messages.CHECKED_JUST_NOW.format(seconds=seconds), context={"seconds": seconds})


def button_rest(domain: CustomDomain) -> int:
    """Seconds until the button may be used again."""
    if domain.check_asked_at is None:
        return 0
    left = curve.BUTTON_APART - (timezone.now() - domain.check_asked_at)
    return max(0, -(-left // timedelta(seconds=1)))


def _portal_of(domain: CustomDomain) -> Portal:
    if domain.portal is None:
        raise DomainNotFound(messages.NOT_FOUND)
    return domain.portal


def _lost(host: str, error: IntegrityError) -> Exception:
    """What a broken unique constraint means; any other one is a mistake of ours and goes on as it is."""
    if "domains_custom_host_once" in str(error):
        return HostTaken(room_messages.HOST_TAKEN.format(host=host), context={"host": host})
    if "domains_one_custom_per_portal" in str(error):
        return OnlyOne(messages.ONLY_ONE)
    return DomainBusy(messages.BUSY) if "domains_one_change_per_portal" in str(error) else error
