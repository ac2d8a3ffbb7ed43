"""What one start consists of: which services, on which ports, in which groups."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from adminsite.embedded.caddy import Caddy
from adminsite.embedded.home import MARKER, Home, write_private
from adminsite.embedded.ports import port_claim, port_free, ports_remembered
from adminsite.embedded.postgres import Postgres
from adminsite.embedded.programs import Program, python
from adminsite.embedded.supervisor import Group
from adminsite.embedded.valkey import Valkey

PORTS = ("postgres", "valkey", "web", "websites", "certificates", "dns")
DNS_PORT = 5354  # of the demo's DNS server, where it is free
WORKER = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # they would delay it after a lost broker
CELERY = ("celery", "-A")


@dataclass(frozen=True)
class Wanted:
    """What the settings say, handed from `manage.py up` to the process that stays in the foreground. No secrets."""

    home: str
    checkout: str
    https_port: int
    http_port: int
    admin_host: str
    base_domain: str
    is_database_embedded: bool
    is_broker_embedded: bool
    is_demo: bool
    acme_directory: str = ""
    trust_roots: str = ""
    demo_dns_port: int = 0  # 0 = DNS_PORT, or a free one
    stops_with_parent: bool = False

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> Wanted:
        return Wanted(**json.loads(text))


@dataclass(frozen=True)
class Plan:
    """The services of one start."""

    wanted: Wanted
    home: Home
    postgres: Postgres | None
    valkey: Valkey | None
    caddy: Caddy
    ports: Mapping[str, int]

    @property
    def data(self) -> Group:
        return Group("data", tuple(service.program() for service in (self.postgres, self.valkey) if service))

    @property
    def edge(self) -> Group:
        return Group("front", (self.caddy.program(),))

    @property
    def product(self) -> Group:
        return Group("product", tuple(_product(self)))

    @property
    def groups(self) -> tuple[Group, ...]:
        """In the order of starting; they stop the other way round."""
        return tuple(group for group in (self.data, self.edge, self.product) if group.programs)

    def environment(self) -> dict[str, str]:
        """The environment of every supervised process. Which settings it reads is its own matter."""
        inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {
            **inherited,
            **self.caddy.environment(),
            MARKER: str(self.home.path),
            "PORTAL_HOME": str(self.home.path),
            "PORTAL_WEB_ADDRESS": self.caddy.web,
            "PORTAL_WEBSITES_ADDRESS": self.caddy.websites,
            "PYTHONUNBUFFERED": "1",
        }

    def write_addresses(self) -> None:
        """Tell every command of this home where the embedded services are."""
        _write_address(self.home.run / "database-url", self.postgres.url if self.postgres else None)
        _write_address(self.home.run / "redis-url", self.valkey.url if self.valkey else None)
        _write_address(self.home.run / "demo-dns", f"127.0.0.1:{self.ports['dns']}" if self.wanted.is_demo else None)


def plan_make(wanted: Wanted) -> Plan:
    """Choose the ports and put the services together. The home must be prepared and locked."""
    home = Home(Path(wanted.home))
    ports = ports_remembered(home.run / "ports.json", PORTS, {"dns": DNS_PORT})
    ports["dns"] = wanted.demo_dns_port or _dns_port(ports)
    caddy = Caddy(
        home=home,
        admin_host=wanted.admin_host,
        base_domain=wanted.base_domain,
        https_port=wanted.https_port,
        http_port=wanted.http_port,
        web=f"127.0.0.1:{ports['web']}",
        websites=f"127.0.0.1:{ports['websites']}",
        certificates_port=ports["certificates"],
        secret=home.setting("PORTAL_EDGE_SECRET"),
        acme_directory=wanted.acme_directory,
        trust_roots=wanted.trust_roots,
    )
    postgres = Postgres(home, ports["postgres"]) if wanted.is_database_embedded else None
    valkey = Valkey(home, ports["valkey"]) if wanted.is_broker_embedded else None
    return Plan(wanted, home, postgres, valkey, caddy, ports)


def _dns_port(ports: dict[str, int]) -> int:
    """What was chosen, unless another product starts with the usual one at this moment."""
    port = ports["dns"]
    return port if port != DNS_PORT or port_claim(port) else port_free(ports.values())


def _product(plan: Plan) -> list[Program]:
    checkout = Path(plan.wanted.checkout)
    schedule = str(plan.home.run / "beat-schedule")
    demo = [_demo_dns(plan, checkout)] if plan.wanted.is_demo else []
    return [
        *demo,
        Program("web", _granian("adminsite.wsgi:application", plan.ports["web"], workers=2), checkout),
        Program("websites", _granian("websites.wsgi:application", plan.ports["websites"], workers=2), checkout),
        Program(
            "worker",
            python(*CELERY, "adminsite.celery:app", "worker", "--edge-agent", "--loglevel=info", *WORKER),
            checkout,
        ),
        Program(
            "beat",
            python(*CELERY, "adminsite.beat:app", "beat", "--loglevel=warning", "--pidfile=", f"--schedule={schedule}"),
            checkout,
        ),
    ]


def _demo_dns(plan: Plan, checkout: Path) -> Program:
    where = ("--home", str(plan.home.path), "--port", str(plan.ports["dns"]))
    return Program("demo-dns", python("domains.demodns", *where), checkout)


def _granian(application: str, port: int, *, workers: int) -> tuple[str, ...]:
    return python(
        *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "4", "--respawn-failed-workers"),
        *("--http", "1", "--no-ws", "--workers-kill-timeout", "2", "--log-level", "warning"),
        application,
    )


def _write_address(path: Path, address: str | None) -> None:
    if address is None:
        path.unlink(missing_ok=True)
    else:
        write_private(path, address)
