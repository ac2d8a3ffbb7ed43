"""The agent: makes the edge's folder say what the rows say. One beside each edge.

The database is the only truth and the folder can be made again from nothing. Every binding is looked at when the agent
starts, when it got back to the database, and once a minute; in between, a commit's message names the host that changed.
A database that is away changes nothing: the edge serves on with what is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from core.errors import PortalAdminError
from domains.acme.permission import automatic_hosts
from domains.certificates.vault import certificate_pem
from domains.edge.store import EdgeStore
from domains.edge.wake import agent_ear
from domains.models import SslBinding

logger = structlog.get_logger(__name__)
SWEEP = 60.0  # seconds between two looks at everything
LISTEN = 1.0  # seconds after which a stop is noticed
RECONNECT = 1.0  # seconds between two tries to reach the database
AT_ONCE = 200  # rows in memory


@dataclass(frozen=True)
class Served:
    """What a look at the rows changed in the folder."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass
class EdgeAgent:
    """``on_turn`` is called at each turn of the loop, for a sign of life."""

    store: EdgeStore
    on_turn: Callable[[], None] = lambda: None
    _stamps: dict[str, str] = field(default_factory=dict)

    def sync_all(self) -> Served:
        """Compare everything.

        Raises:
            django.db.Error: the database is away; nothing was removed.
        """
        rows = SslBinding.objects.filter(certificate__isnull=False).values_list("host", "pk", "version")
        wanted = {host: f"{pk}.{version}" for host, pk, version in rows}
        self._stamps = self.store.stamps()
        changed = [host for host, stamp in wanted.items() if self._stamps.get(host) != stamp]
        removed = tuple(self._remove(host) for host in [*self._stamps] if host not in wanted)
        self._mark(self.store.automatic_hosts(), set(automatic_hosts().values_list("host", flat=True)))
        return Served(tuple(self._write(changed)), removed)

    def sync(self, hosts: Iterable[str]) -> Served:
        """Compare these hosts.

        Raises:
            django.db.Error: the database is away.
        """
        named = list(hosts)
        bound = SslBinding.objects.filter(host__in=named, certificate__isnull=False)
        stamps = {binding.host: binding.stamp for binding in bound}
        removed = tuple(self._remove(host) for host in named if host not in stamps and host in self._stamps)
        changed = [host for host, stamp in stamps.items() if self._stamps.get(host) != stamp]
        self._mark(set(named), set(automatic_hosts().filter(host__in=named).values_list("host", flat=True)))
        return Served(tuple(self._write(changed)), removed)

    def run_forever(self, stopped: threading.Event) -> None:
        """Until ``stopped``; whatever goes wrong is logged, and tried again."""
        while not stopped.is_set():
            try:
                self._listen(stopped)
            except Exception as wrong:  # a thread that ends would leave the edge with what it has, for good
                is_away = isinstance(wrong, (DatabaseError, OSError))
                logger.warning("edge_agent_waits", error=type(wrong).__name__, exc_info=not is_away)
                close_old_connections()
                stopped.wait(RECONNECT)

    def _listen(self, stopped: threading.Event) -> None:
        """Hears first and looks then, so that nothing falls between."""
        ear = agent_ear()
        try:
            ear.open()
            due = 0.0
            while not stopped.is_set():
                told = ear.heard(min(LISTEN, max(0.0, due - time.monotonic())))
                self.on_turn()
                if time.monotonic() >= due:
                    self._tell(self.sync_all())
                    due = time.monotonic() + SWEEP
                elif told:
                    self._tell(self.sync(told))
        finally:
            ear.close()

    def _write(self, hosts: list[str]) -> Iterable[str]:
        for start in range(0, len(hosts), AT_ONCE):
            some = SslBinding.objects.filter(host__in=hosts[start : start + AT_ONCE]).select_related("certificate")
            yield from (binding.host for binding in some if self._write_one(binding))

    def _write_one(self, binding: SslBinding) -> bool:
        """A row that cannot be served must not keep the others waiting; the one served before stays."""
        if binding.certificate is None:
            return False
        try:
            self.store.put(binding.host, stamp=binding.stamp, pem=certificate_pem(binding.certificate))
        except (PortalAdminError, ValueError) as wrong:
            logger.error("edge_binding_unusable", host=binding.host, error=str(wrong))
            return False
        self._stamps[binding.host] = binding.stamp
        return True

    def _mark(self, looked_at: set[str], automatic: set[str]) -> None:
        for host in automatic:
            self.store.automatic_mark(host)
        for host in looked_at - automatic:
            self.store.automatic_unmark(host)

    def _remove(self, host: str) -> str:
        self.store.remove(host)
        self._stamps.pop(host, None)
        return host

    def _tell(self, served: Served) -> None:
        if served.written or served.removed:
            logger.info("edge_store_changed", written=len(served.written), removed=len(served.removed))


def edge_agent(store: Path, on_turn: Callable[[], None] = lambda: None) -> EdgeAgent:
    """The agent of the folder ``store``."""
    return EdgeAgent(EdgeStore(store), on_turn)
