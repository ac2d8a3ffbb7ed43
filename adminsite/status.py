"""How a state looks: its words, its tone and its icon. Never colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """A state as people see it. ``tone`` is one of ok, warn, error, run or empty; ``icon`` is a name in icons.svg."""

    label: str
    tone: str
    icon: str


STATUSES: dict[str, Status] = {
    # portals
    "configuring": Status("Configuring", "run", "spinner"),
    "provisioned": Status("Provisioned", "ok", "check"),
    "provisioning_failed": Status("Provisioning Failed", "error", "alert"),
    # licences without a portal
    "not_configured": Status("Not configured", "", "ring"),
    "available": Status("Not configured", "", "ring"),
    "expired": Status("Expired", "warn", "clock"),
    # operations
    "NotStarted": Status("Not started", "", "ring"),
    "Running": Status("Running", "run", "spinner"),
    "Succeeded": Status("Succeeded", "ok", "check"),
    "Failed": Status("Failed", "error", "alert"),
    "Canceled": Status("Canceled", "warn", "x"),
    # steps
    "not_started": Status("Not started", "", "ring"),
    "running": Status("Running", "run", "spinner"),
    "waiting": Status("Waiting", "run", "clock"),
    "done": Status("Done", "ok", "check"),
    "skipped": Status("Done already", "ok", "skip"),
    "failed": Status("Failed", "error", "x"),
    # custom domains
    "domain_awaiting_dns": Status("Waiting for DNS", "run", "clock"),
    "domain_binding": Status("Creating the SSL binding", "run", "spinner"),
    "domain_active": Status("Active", "ok", "check"),
    "domain_paused": Status("Paused", "error", "alert"),
    "domain_removed": Status("Removed", "", "x"),
    "dns_ok": Status("Found", "ok", "check"),
    "dns_propagating": Status("On its way", "run", "clock"),
    "dns_missing": Status("Not found", "error", "x"),
    "dns_unreachable": Status("Could not be asked", "warn", "alert"),
    "dns_wrong": Status("Something else found", "error", "alert"),
    # certificates
    "certificate_valid": Status("Valid", "ok", "check"),
    "certificate_expiring": Status("Expires soon", "warn", "clock"),
    "certificate_expired": Status("Expired", "error", "alert"),
    "certificate_replaced": Status("Replaced", "", "ring"),
    # analytics
    "analytics_configuring": Status("Configuring", "run", "spinner"),
    "analytics_connected": Status("Connected", "ok", "check"),
    "analytics_trouble": Status("Not sending", "error", "alert"),
    "analytics_failed": Status("Not configured", "error", "alert"),
    "analytics_removing": Status("Being deleted", "run", "spinner"),
    "interaction_on": Status("Captured", "ok", "check"),
    "interaction_off": Status("Off", "", "ring"),
    "interaction_missing": Status("Missing", "warn", "alert"),
    # cases
    "case_active": Status("Active", "run", "ring"),
    "case_resolved": Status("Resolved", "ok", "check"),
    "case_cancelled": Status("Cancelled", "", "x"),
    # packages
    "None": Status("Not started", "", "ring"),
    "InstallScheduled": Status("Install scheduled", "run", "clock"),
    "InstallRequested": Status("Install requested", "run", "clock"),
    "Installing": Status("Installing", "run", "spinner"),
    "InstallRetrying": Status("Install retrying", "run", "spinner"),
    "Installed": Status("Installed", "ok", "check"),
    "not_installed": Status("Not installed", "", "ring"),
    "installing": Status("Installing", "run", "spinner"),
    "installed": Status("Installed", "ok", "check"),
    "install_failed": Status("Install Failed", "error", "alert"),
    "upgrade_available": Status("Upgrade available", "warn", "info"),
    "uninstalling": Status("Uninstalling", "run", "spinner"),
    "InstallFailed": Status("Install Failed", "error", "alert"),
}


def status_of(state: str) -> Status:
    """How ``state`` looks; a state without a look of its own shows its name."""
    return STATUSES.get(state, Status(state.replace("_", " ").capitalize(), "", "info"))
