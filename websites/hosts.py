"""Which portal answers at a host, and whether it may show its pages: an open one is asked for once a second at most."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError

from domains.models import Hostname, SslBinding
from portals.models import PackageInstallStatus, Portal
from websites.errors import HostUnknown

logger = logging.getLogger(__name__)
FRESH = 1.0  # seconds an open portal's answer is good
FRESH_CLOSED = 0.0  # and a closed one's: who was just told that a portal is provisioned opens it now
FRESH_UNKNOWN = 1.0  # and an unknown host's
KEPT = 10_000  # hosts; strangers' inventions push each other out, not a portal in use


@dataclass(frozen=True)
class Elsewhere:
    """Where visitors of the portal's own address are sent. ``status`` is 302, or 308 once that has lasted a day."""

    origin: str
    status: int


@dataclass(frozen=True)
class PortalAtHost:
    """What the runtime needs to know of a portal, at the host it was asked for: its own address or a custom one.

    Args:
        elsewhere: at its own address alone, where its owner chose to send visitors to the custom one.
        hsts: at a custom host alone, seconds for Strict-Transport-Security; None = not yet.
    """

    portal_id: UUID
    organization_id: UUID
    website_id: UUID
    host: str
    portal_type: str
    lcid: int
    is_open: bool  # provisioned, packages installed
    elsewhere: Elsewhere | None = None
    hsts: int | None = None

    @property
    def origin(self) -> str:
        """Address of its own pages, without a path; https whatever the visitor came by."""
        return _origin(self.host)

    def origin_here(self, *, is_secure: bool) -> str:
        """Where a visitor is who came by https, or not: plain HTTP is for names that stay on one's own machine."""
        is_plain = not is_secure and self.host.endswith(".localhost")
        port = "" if settings.PORTAL_HTTP_PORT == 80 else f":{settings.PORTAL_HTTP_PORT}"
        return f"http://{self.host}{port}" if is_plain else self.origin


@dataclass(frozen=True)
class _Answer:
    portal: PortalAtHost | None
    until: float


class HostTable:
    """Answers by host, newest kept."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, host: str) -> PortalAtHost | None:
        """A fresh answer in memory, without asking."""
        answer = self._answers.get(host)
        return answer.portal if answer and answer.until > time.monotonic() else None

    def portal_at(self, host: str) -> PortalAtHost:
        """The portal at ``host`` (no port, any case).

        Raises:
            HostUnknown: no portal, or nothing a host name can be.
            django.db.Error: the database is away and never told about this host.
        """
        answer = self._answers.get(host)
        if answer is None or answer.until <= time.monotonic():
            answer = self._ask(host, answer)
        if answer.portal is None:
            raise HostUnknown("There is no site at this address.")
        return answer.portal

    def tell(self, host: str, portal: PortalAtHost) -> None:
        """Make an answer known for good, without asking."""
        self._keep(host, _Answer(portal, float("inf")))

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()

    def _ask(self, host: str, before: _Answer | None) -> _Answer:
        try:
            portal = _read(host)
        except DatabaseError:
            if before is None:
                raise
            logger.warning("The database is away; what is known of the host is used", extra={"host": host})
            portal = before.portal
        answer = _Answer(portal, time.monotonic() + _good_for(portal))
        self._keep(host, answer)
        return answer

    def _keep(self, host: str, answer: _Answer) -> None:
        with self._lock:
            self._answers[host] = answer
            self._answers.move_to_end(host)
            while len(self._answers) > KEPT:
                self._drop_one()

    def _drop_one(self) -> None:
        """An unknown host if there is one among the oldest, else the oldest."""
        oldest = next(iter(self._answers))
        among = islice(self._answers, 100)
        stranger = next((host for host in among if not self._answers[host].portal), oldest)
        del self._answers[stranger]


def host_of(header: str) -> str:
    """The Host header without port and final dot, in lower case."""
    return header.rsplit(":", 1)[0].rstrip(".").lower() if not header.endswith("]") else ""


def _good_for(portal: PortalAtHost | None) -> float:
    """Seconds."""
    if portal is None:
        return FRESH_UNKNOWN
    return FRESH if portal.is_open else FRESH_CLOSED


def _read(host: str) -> PortalAtHost | None:
    if len(host) > 253 or "\x00" in host:
        return None
    own = Hostname.objects.select_related("portal").filter(host=host).first()
    if own is not None:
        return _portal(host, own.portal, elsewhere=_elsewhere(own.portal))
    bound = SslBinding.objects.select_related("portal").filter(host=host).first()
    return _portal(host, bound.portal, hsts=bound.hsts_max_age()) if bound else None


def _elsewhere(portal: Portal) -> Elsewhere | None:
    chosen = SslBinding.objects.redirecting().filter(portal=portal).first()
    status = chosen.redirect_status() if chosen else None
    return Elsewhere(_origin(chosen.host), status) if chosen and status else None


def _origin(host: str) -> str:
    port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
    return f"https://{host}{port}"


def _portal(host: str, portal: Portal, *, elsewhere: Elsewhere | None = None, hsts: int | None = None) -> PortalAtHost:
    return PortalAtHost(
        elsewhere=elsewhere,
        hsts=hsts,
        portal_id=portal.pk,
        organization_id=portal.organization_id,
        website_id=portal.website_id,
        host=host,
        portal_type=portal.portal_type,
        lcid=portal.language,
        is_open=portal.state == Portal.State.PROVISIONED
        and portal.package_install_status == PackageInstallStatus.INSTALLED,
    )
