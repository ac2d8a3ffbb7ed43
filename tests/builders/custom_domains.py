"""A zone that a test may change, and portals with custom domains, for tests of the domains room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from core.models import User
from domains.custom.ownership import ownership_name, ownership_value
from domains.dns import DnsReport, Evidence, Verdict
from domains.dns.values import Kind
from domains.models import Certificate, CustomDomain, SslBinding
from domains.plan import Purpose
from domains.services.custom_domains import domain_add, run_start
from domains.states import event_write
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


def domain_row(portal: Portal, host: str, *, is_active: bool) -> CustomDomain:
    """An entry as rows alone, for pages: in service, or waiting for a record that was looked for."""
    certificate = certificate_made(host, organization=portal.organization)
    state = CustomDomain.State.ACTIVE if is_active else CustomDomain.State.AWAITING_DNS
    domain = CustomDomain.objects.create(
        portal=portal,
        organization=portal.organization,
        host=host,
        certificate=certificate,
        state=state,
        ownership=ownership_value(organization_id=portal.organization_id, host=host),
        waiting_since=timezone.now(),
        next_check_at=timezone.now() + timedelta(hours=2),
        tries=3,
        active_at=timezone.now() if is_active else None,
        attention=[CustomDomain.Attention.DNS_LOST] if is_active else [],
        dns=_report(portal, host).to_json(),
    )
    event_write(domain_id=domain.pk, code="added", context={"host": host})
    if is_active:
        served = {"state": SslBinding.State.SERVED, "served_at": domain.active_at}
        SslBinding.objects.create(portal=portal, host=host, certificate=certificate, **served)
    else:
        run_start(actor=None, domain=domain, purpose=Purpose.ADD)
    return domain


def _report(portal: Portal, host: str) -> DnsReport:
    question = f"{host} CNAME"
    return DnsReport(
        host=host,
        expected=portal.host,
        verdict=Verdict.MISSING,
        reason="domains:cname-missing",
        sentence=f"Asked ns1.contoso.com and ns2.contoso.com: no record. Expected: {host} CNAME {portal.host}.",
        evidence=(
            Evidence("ns1.contoso.com (192.0.2.1)", Kind.AUTHORITATIVE, question, "NXDOMAIN", (), 300, 12),
            Evidence("ns2.contoso.com (192.0.2.2)", Kind.AUTHORITATIVE, question, error="No answer in 2 seconds."),
            Evidence("9.9.9.9", Kind.RESOLVER, question, "NOERROR", ("CNAME old.example.com",), 3600, 31),
        ),
        retry_after=300,
        checked_at=timezone.now().isoformat(),
    )
