"""The steps at the portal's address: reserving it, publishing it, and seeing that it is this portal that answers."""

from __future__ import annotations

import html
import time
from collections.abc import Callable

from django.db.models import F

from core.errors import Conflict, Unavailable
from domains.models import Hostname
from domains.ports import EdgeAnswer
from domains.services import hostname_ensure_published, hostname_reserve, portal_probe
from operations.workflow import Answer, Done, StepContext, StepFailed
from portals.models import PackageInstallStatus, Portal
from portals.states import package_move
from provisioning import messages
from provisioning.errors import SiteUnfinished
from provisioning.steps.portal import portal_of

# A page that is a moment away is looked for again in place, rather than by being woken again. The websites process may
# remember for some seconds that there was nothing at an address: somebody looked there before.
LOOK_SECONDS = 6.0
LOOK_PAUSE = 0.1


def reserve_address(context: StepContext) -> Answer:
    """Make the portal URL the portal's own."""
    portal = portal_of(context)
    is_there = Hostname.objects.filter(portal=portal, host=portal.host).exists()
    try:
        hostname = hostname_reserve(portal_id=portal.pk)
    except Conflict as taken:
        raise StepFailed(taken.message, code=taken.code, context=taken.context) from taken
    return Done(message=f"{hostname.host} is reserved.", skipped=is_there)


def publish_address(context: StepContext) -> Answer:
    """From here on visitors see "Getting set up" at the address."""
    portal = portal_of(context)
    answer = _look_until_seen(lambda: hostname_ensure_published(portal_id=portal.pk))
    return Done(message=f"{portal.host} answers with the certificate of {', '.join(answer.certificate_names)}.")


def switch_on(context: StepContext) -> Answer:
    """All packages are there: the packages' half is done, and pages kept by anybody are out of date."""
    portal = portal_of(context)
    moved = package_move(portal_id=portal.pk, to=PackageInstallStatus.INSTALLED)
    if moved:
        Portal.objects.filter(pk=portal.pk).update(content_version=F("content_version") + 1)
    return Done(message="All packages are installed.", skipped=not moved)


def open_portal(context: StepContext) -> Answer:
    """Open the portal through the edge over TLS, as its owner, and see that it is this portal's website."""
    portal = portal_of(context)
    hostname = Hostname.objects.get(portal=portal, kind=Hostname.Kind.BASE)
    answer = _look_until_seen(lambda: _open(portal, hostname))
    return Done(message=f"{portal.url} answered {answer.status} with {portal.name}.")


def _open(portal: Portal, hostname: Hostname) -> EdgeAnswer:
    """The portal's home page.

    Raises:
        EdgeUnreachable, EdgeUntrusted, NotPublished, SiteUnfinished.
    """
    answer = portal_probe(hostname, as_owner=True)
    shows_website = portal.name in html.unescape(answer.body)
    if answer.status != 200 or not shows_website:
        context = {"host": hostname.host, "status": answer.status}
        raise SiteUnfinished(messages.SITE_UNFINISHED.format(**context), context=context)
    return answer


def _look_until_seen(look: Callable[[], EdgeAnswer]) -> EdgeAnswer:
    """Look again for a few seconds; after that the step fails for now, and the engine tries it again later."""
    until = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            return look()
        except Unavailable:
            if time.monotonic() >= until:
                raise
        time.sleep(LOOK_PAUSE)
