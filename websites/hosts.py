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

from domains.models import Hostname
from portals.models import PackageInstallStatus, Portal
from websites.errors import HostUnknown

logger = logging.getLogger(__name__)
FRESH = 1.0  # seconds an open portal's answer is good
FRESH_CLOSED = 0.0  # and a closed one's: who was just told that a portal is provisioned opens it now
FRESH_UNKNOWN = 1.0  # and an unknown host's
KEPT = 10_000  # hosts; strangers' inventions push each other out, not a portal in use


@dataclass(frozen=True)
class PortalAtHost:
    """What the runtime needs to know of a portal."""

    portal_id: UUID
    organization_id: UUID
    website_id: UUID
    host: str
    portal_type: str
    lcid: int
    is_open: bool  # provisioned, packages installed

    @property
    def origin(self) -> str:
        """Address of its own pages, without a path; https whatever the visitor came by."""
        port = "" if settings.PORTAL_HTTPS_PORT == 443 else f":{settings.PORTAL_HTTPS_PORT}"
        return f"https://{self.host}{port}"


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
    found = Hostname.objects.select_related("portal").filter(host=host).first()
    return _portal(host, found.portal) if found else None


def _portal(host: str, portal: Portal) -> PortalAtHost:
    return PortalAtHost(
        portal_id=portal.pk,
        organization_id=portal.organization_id,
        website_id=portal.website_id,
        host=host,
        portal_type=portal.portal_type,
        lcid=portal.language,
        is_open=portal.state == Portal.State.PROVISIONED
        and portal.package_install_status == PackageInstallStatus.INSTALLED,
    )
