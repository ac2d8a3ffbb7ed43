"""Reserving and publishing a portal's host names. Each makes something so and may be called again."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from domains import messages
from domains.adapters import edge
from domains.errors import HostTaken, NotPublished
from domains.models import Hostname
from domains.ports import EdgeAnswer, names_cover
from domains.probe import PROBE_HEADER, probe_signature
from portals.models import Portal
from portals.states import address_ready


def hostname_reserve(*, portal_id: uuid.UUID) -> Hostname:
    """Make the portal's address its own.

    Raises:
        HostTaken: another portal answers there.
    """
    portal = Portal.objects.get(pk=portal_id)
    own = Hostname.objects.filter(portal=portal, kind=Hostname.Kind.BASE).first()
    if own is not None and own.host == portal.host:
        return own
    try:
        with transaction.atomic():
            if own is not None:
                own.delete()
            return Hostname.objects.create(portal=portal, host=portal.host)
    except IntegrityError as taken:
        if own := Hostname.objects.filter(portal=portal, host=portal.host).first():
            return own  # the same step, run by another worker at the same moment
        raise HostTaken(messages.HOST_TAKEN.format(host=portal.host), context={"host": portal.host}) from taken


def hostname_ensure_published(*, portal_id: uuid.UUID) -> EdgeAnswer:
    """Publish the portal's address and see through the edge, over TLS, that it is this portal that answers there.

    From here on visitors see "Getting set up" at the address, and ``Portal.address_ready_at`` is set.

    Raises:
        EdgeUnreachable, EdgeUntrusted, NotPublished: not yet; asking again may help.
    """
    hostname = Hostname.objects.select_related("portal").get(portal_id=portal_id, kind=Hostname.Kind.BASE)
    reserved = Hostname.objects.filter(pk=hostname.pk, state=Hostname.State.RESERVED)
    reserved.update(state=Hostname.State.PUBLISHED, published_at=timezone.now(), updated_at=timezone.now())
    answer = portal_probe(hostname)
    address_ready(portal_id=portal_id)
    return answer


def portal_probe(hostname: Hostname, *, as_owner: bool = False) -> EdgeAnswer:
    """The edge's answer at the host, if it comes from this portal.

    Args:
        as_owner: sign the request, so that a portal being configured shows its page and not "Getting set up".

    Raises:
        EdgeUnreachable, EdgeUntrusted.
        NotPublished: something else answers there, or with a certificate for other names.
    """
    headers = {PROBE_HEADER: probe_signature(hostname.portal_id)} if as_owner else {}
    answer = edge().probe(hostname.host, headers=headers)
    is_ours = answer.portal_id == str(hostname.portal_id)
    if not is_ours or not names_cover(answer.certificate_names, hostname.host):
        raise NotPublished(
            messages.NOT_PUBLISHED.format(host=hostname.host),
            context={"host": hostname.host, "status": answer.status, "portal_id": answer.portal_id},
        )
    return answer
