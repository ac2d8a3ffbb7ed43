"""A custom domain as its pages show it: where it stands, what was seen, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from domains.custom import curve, messages
from domains.custom.facts import moment_of
from domains.dns import DnsReport
from domains.models import CustomDomain, DomainDraft, DomainEvent, SslBinding
from domains.plan import RESOURCE
from domains.services.custom_domains import button_rest
from domains.services.domain_rules import portal_obstacle, proof_sentence
from domains.services.drafts import Record, records_for
from operations.models import Operation
from operations.progress import Progress, operation_progress
from portals.actions import PortalAction
from portals.models import Portal

S = CustomDomain.State
DONE = ("done", "skipped")
ADD = "Add a Custom Domain Name"
EVENTS_SHOWN = 20
SECONDS_WHILE_WAITING, SECONDS_WHILE_RUNNING = 5, 1


@dataclass(frozen=True)
class Happening:
    """A line of the domain's history, in words."""

    text: str
    event: DomainEvent


@dataclass(frozen=True)
class Banner:
    """What stands over the portal's pages about its domain. ``severity``: error or warning."""

    severity: str
    sentence: str


@dataclass(frozen=True)
class WizardStep:
    """One page of the wizard; without ``url`` it cannot be opened yet."""

    title: str
    url: str
    is_current: bool
    is_done: bool


@dataclass(frozen=True)
class DomainPage:
    """One entry with its latest run."""

    portal: Portal
    domain: CustomDomain
    operation: Operation | None
    progress: Progress | None
    binding: SslBinding | None

    @property
    def is_waiting(self) -> bool:
        """For DNS: the run looks again by itself."""
        return self.domain.state == S.AWAITING_DNS and self.domain.tries > 0

    @property
    def lacks_proof(self) -> bool:
        """It waits for the TXT record alone: the other one is there, and others had the name a short while ago."""
        return self.is_waiting and self.report is not None and self.report.is_ok

    @property
    def proof_wanted(self) -> str:
        return proof_sentence(messages.OWNERSHIP_MISSING, self.portal, self.domain.host)

    @property
    def is_active(self) -> bool:
        return self.domain.state == S.ACTIVE

    @property
    def is_running(self) -> bool:
        return self.operation is not None and self.operation.is_active

    @property
    def poll_seconds(self) -> int:
        return SECONDS_WHILE_WAITING if self.is_waiting else SECONDS_WHILE_RUNNING

    @property
    def report(self) -> DnsReport | None:
        return self.domain.report

    @property
    def checked_at(self) -> datetime | None:
        report = self.domain.report
        return datetime.fromisoformat(report.checked_at) if report and report.checked_at else None

    @property
    def records(self) -> tuple[Record, Record]:
        return records_for(self.portal, self.domain.host)

    @property
    def gives_up_at(self) -> datetime:
        return (self.domain.waiting_since or self.domain.created_at) + curve.GIVEN_UP_AFTER

    @property
    def button_rest(self) -> int:
        return button_rest(self.domain)

    @property
    def page_title(self) -> str:
        """What a browser tab in the background says."""
        return f"{self.domain.get_state_display()}: {self.domain.shown} - {self.portal.name}"

    @property
    def announcement(self) -> str:
        """Said when the state or the step changes, and only then."""
        current = self.progress.current if self.progress and self.is_running else None
        said = f"{self.domain.shown}: {self.domain.get_state_display()}"
        return f"{said}. {current.title}" if current else said

    @property
    def failure(self) -> str:
        """Why the last run ended without success; "" where it did not."""
        if self.is_running or self.operation is None or not self.operation.error:
            return ""
        return str(self.operation.error.get("message", ""))

    @property
    def tls_seen_at(self) -> datetime | None:
        return moment_of(self.domain.tls, "seen_at")

    @property
    def tls_not_after(self) -> datetime | None:
        return moment_of(self.domain.tls, "not_after")

    @property
    def flags(self) -> list[str]:
        """What needs somebody, in words."""
        return [CustomDomain.Attention(flag).label for flag in self.domain.attention]


def domain_page(portal: Portal, domain: CustomDomain) -> DomainPage:
    """The entry with what its pages show."""
    operation = Operation.objects.of_resource(RESOURCE, domain.pk).first()
    if operation is not None and not operation.is_active:
        domain.refresh_from_db()  # it may have ended after the domain was read, and the page will ask no more
    progress = operation_progress(operation) if operation else None
    binding = SslBinding.objects.filter(host=domain.host).first()
    return DomainPage(portal, domain, operation, progress, binding)


def history_of(domain: CustomDomain) -> list[Happening]:
    """What happened to the domain, the newest first."""
    events = domain.events.select_related("actor")[:EVENTS_SHOWN]
    return [Happening(event_words(domain, event), event) for event in events]


def event_words(domain: CustomDomain, event: DomainEvent) -> str:
    """An event as a sentence."""
    sentence = messages.EVENTS.get(event.code, event.code)
    words = {"host": domain.shown, "old": "", "new": "", "why": "", "certificate": "", **event.context}
    return sentence.format(**words)


def domain_banner(portal: Portal) -> Banner | None:
    """The most urgent thing about the portal's domain; None where there is nothing to say."""
    domain = CustomDomain.objects.of_portal(portal.pk).main().first()
    if domain is None:
        return None
    until = (domain.lost_at or timezone.now()) + curve.SERVED_AFTER_LOSS
    words = {"host": domain.shown, "why": domain.reason_text, "until": _day(until)}
    if domain.state == S.PAUSED:
        return Banner("error", messages.BANNERS["paused"].format(**words))
    for flag in CustomDomain.Attention:
        if flag in domain.attention:
            severity = "warning" if flag == CustomDomain.Attention.DNS_UNREACHABLE else "error"
            return Banner(severity, messages.BANNERS[flag.value].format(**words))
    return None


def domain_actions(portal: Portal) -> list[PortalAction]:
    """What Portal Actions offers about the custom domain."""
    page = reverse("custom-domain", args=[portal.pk])
    domain = CustomDomain.objects.of_portal(portal.pk).main().first()
    add = "Let visitors find the portal under a name of your own."
    if domain is None:
        obstacle = portal_obstacle(portal)
        url = page if obstacle else reverse("domain-certificate", args=[portal.pk])
        return [PortalAction(ADD, add, url, obstacle.message if obstacle else "")]
    status = f"{domain.shown}: {domain.get_state_display()}"
    return [PortalAction(ADD, add, page, messages.ONLY_ONE), PortalAction("Custom domain", status, page)]


def wizard_steps(portal: Portal, draft: DomainDraft | None, current: str) -> list[WizardStep]:
    """The four pages; those that can be opened have an address."""
    has_certificate = draft is not None and draft.has_certificate
    has_host = has_certificate and draft is not None and bool(draft.host)
    pages = (
        ("certificate", "Choose a SSL certificate", True, has_certificate),
        ("host-name", "Choose a host name", has_certificate, has_host),
        ("review", "Review", has_host, current == "done"),
        ("done", "Create the SSL binding", False, False),
    )
    is_over = current == "done"
    return [
        WizardStep(
            title,
            reverse(f"domain-{name}", args=[portal.pk]) if is_open and not is_over and name != current else "",
            name == current,
            (is_done or is_over) and name != current,
        )
        for name, title, is_open, is_done in pages
    ]


def _day(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"
