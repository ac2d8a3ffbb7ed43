"""A zone that a test may change, and portals with custom domains, for tests of the domains room."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.models import User
from domains.custom.ownership import ownership_name, ownership_value
from domains.models import Certificate, CustomDomain
from domains.services.custom_domains import domain_add
from operations.models import Operation
from organizations.models import Organization
from portals.models import Portal
from tests.builders.certificates import certificate_made
from tests.builders.operations import run_to_end

SOA = "{zone}. 300 SOA ns1.{zone}. hostmaster.{zone}. 1 900 300 86400 120"


@dataclass
class Zone:
    """Answers of a name server: ``records["support.customers.test"] = ["CNAME x."]``. ``says`` = an rcode instead."""

    name: str = "customers.test"
    records: dict[str, list[str]] = field(default_factory=dict)
    says: str = ""
    asked: int = 0

    def answer(self, name: str, type: str) -> list[str] | str:
        self.asked += 1
        if self.says:
            return self.says
        if name not in self.records:
            return "NXDOMAIN"
        found = [text for text in self.records[name] if text.split()[0] in {type, "CNAME"}]
        return [f"{name}. 60 {text}" for text in found] or [SOA.format(zone=self.name)]

    def point(self, host: str, portal: Portal) -> None:
        """The CNAME record that the wizard asks for."""
        self.records[host] = [f"CNAME {portal.host}."]

    def prove(self, host: str, organization: Organization) -> None:
        """The TXT record by which an organization proves that the name is its own."""
        value = ownership_value(organization_id=organization.pk, host=host)
        self.records[ownership_name(host)] = [f'TXT "{value}"']

    def forget(self, host: str) -> None:
        self.records.pop(host, None)


def domain_active(
    zone: Zone,
    actor: User,
    portal: Portal,
    host: str = "support.customers.test",
    certificate: Certificate | None = None,
) -> CustomDomain:
    """A portal's custom domain in service: added, found in DNS, bound and seen."""
    zone.point(host, portal)
    domain, operation = domain_started(actor, portal, host, certificate)
    ended = run_to_end(operation.pk)
    assert ended.status == Operation.Status.SUCCEEDED, ended.error
    domain.refresh_from_db()
    return domain


def domain_started(
    actor: User,
    portal: Portal,
    host: str = "support.customers.test",
    certificate: Certificate | None = None,
    *,
    replaces: bool = False,
) -> tuple[CustomDomain, Operation]:
    """The run has begun and nobody has run it on yet."""
    chosen = certificate or certificate_made(host, organization=portal.organization)
    return domain_add(actor=actor, portal_id=portal.pk, hostname=host, certificate_id=chosen.pk, replaces=replaces)
