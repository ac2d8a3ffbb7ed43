"""The sentences about custom domains. Those of the source document and the page design stand here verbatim."""

from __future__ import annotations

from core.messages import Message, messages_register

CNAME_MISSING = "Please add a CNAME record to this domain name."
CONFIGURED = (
    "Custom Domain name has been successfully configured for this Portal. "
    "You can now go to {host} to access this portal."
)
ONLY_ONE = "You can only have one custom domain name for a portal."
HOST_TAKEN = "{host} is already used by another portal"
NAME_MISMATCH = "The certificate does not cover {host}. It covers: {names}"
CERTIFICATE_MISSING = "Select a certificate"
CERTIFICATE_UNKNOWN = "There is no such certificate in this instance"
CERTIFICATE_EXPIRED = "This certificate expired on {day}. Upload a new one"
AUTOMATIC_OFF = "Automatic certificates are switched off here. Upload a new certificate"
HOST_MISSING = "Select a host name"
HOST_UNKNOWN = "There is no such host name in this instance"
OWNERSHIP_MISSING = (
    "{host} was a custom domain of somebody else a short while ago. "
    "Add the TXT record that proves whose it is: {record}"
)
HOST_CLAIMED = (
    "{host} is already used by another portal, but not served there. "
    "If it is yours, add the TXT record that proves it: {record}"
)
PORTAL_UNREADY = "A custom domain name can be added when the portal is provisioned. It is {state} now."
PRODUCTION_ONLY = "A custom domain name needs a production licence. This portal runs on a trial licence."
DRAFT_EXPIRED = "What you filled in was older than 24 hours or was finished elsewhere. Please begin again."
CHECKED_JUST_NOW = "It was looked a moment ago. Check again in {seconds} seconds."
BUSY = "The custom domain is being changed at this moment."
NOT_ACTIVE = "This can be done when the custom domain is active."
NOT_FOUND = "This portal has no custom domain name."
SAME_HOST = "{host} is the custom domain name of this portal already."
DOMAIN_GONE = "The custom domain was removed meanwhile."
CERTIFICATE_GONE = "The certificate that was chosen was deleted meanwhile."
WAITED_TOO_LONG = "The record was not found in 7 days of looking."
HSTS_UNKNOWN = "Select one of the times that are offered."
NAME_TYPED = "Enter {host} to remove it"

# What happened, by the code of its DomainEvent.
EVENTS: dict[str, str] = {
    "added": "{host} was added",
    "change-begun": "{host} was added, to take over from {old}",
    "dns-found": "The DNS record of {host} was found",
    "pre-bound": "The TXT record proves whose name it is: the certificate is in place before the traffic moves",
    "binding": "The SSL binding is being created",
    "activated": "{host} is active",
    "took-over": "{host} took over from {old}",
    "taken-over": "{host} was replaced by {new}",
    "certificate-changed": "The certificate was changed to {certificate}",
    "certificate-kept": "The certificate could not be changed: {why}",
    "paused": "Paused: {why}",
    "resumed": "Looking again",
    "dns-lost": "The DNS record is gone: {why}",
    "dns-back": "The DNS record is there again",
    "dns-unreachable": "DNS could not be asked for 24 hours: {why}",
    "tls-failed": "The edge does not serve the certificate: {why}",
    "tls-back": "The certificate is served again",
    "redirect-on": "The portal URL leads to {host}",
    "redirect-off": "The portal URL stays where it is",
    "hsts": "Browsers insist on HTTPS for {time} after each visit",
    "hsts-off": "Browsers no longer insist on HTTPS",
    "removed": "{host} was removed",
    "evicted": "{host} was given up: its owner proved by DNS that it is theirs",
}

# Alarms by mail: subject and body.
ALARMS: dict[str, tuple[str, str]] = {
    "dns-lost": (
        "{host}: the DNS record is gone",
        "Visitors who look up {host} no longer reach the portal {portal}.\n\n{why}\n\n"
        "Expected: {host} CNAME {expected}\n\n"
        "The portal is served under this name for 72 hours more. After that the custom domain is paused; "
        "nothing is deleted.",
    ),
    "dns-unreachable": (
        "{host}: DNS cannot be asked",
        "For 24 hours nobody answered for {host}, the custom domain of the portal {portal}.\n\n{why}\n\n"
        "Look at the name servers of the domain. The portal stays bound.",
    ),
    "tls-failed": (
        "{host}: the certificate is not served",
        "The edge does not answer for {host}, the custom domain of the portal {portal}, as it should.\n\n{why}",
    ),
    "paused": (
        "{host}: the custom domain is paused",
        "The portal {portal} is no longer served at {host}.\n\n{why}\n\n"
        "The entry is kept. When the record is there again, open the custom domain page and select Check again.",
    ),
}

BANNERS: dict[str, str] = {
    "dns_lost": "{host}: the DNS record is gone. The portal is served there until {until}; then the domain is paused.",
    "dns_unreachable": "{host}: DNS could not be asked for 24 hours. The portal stays bound.",
    "tls_probe_failed": "{host}: the edge does not serve its certificate as it should.",
    "paused": "{host} is paused: {why}",
}

messages_register(
    {
        "domains:name-mismatch": Message("The certificate is for other names", NAME_MISMATCH),
        "domains:ownership-missing": Message("Whose name it is must be proved", OWNERSHIP_MISSING),
        "domains:certificate-invalid": Message("The certificate cannot be used", CERTIFICATE_UNKNOWN),
        "domains:only-one": Message(ONLY_ONE, "", "Change the domain name, or remove it first."),
        "domains:portal-not-ready": Message("Not possible now", PORTAL_UNREADY),
        "domains:production-only": Message("Not with a trial licence", PRODUCTION_ONLY),
        "domains:draft-expired": Message("Please begin again", DRAFT_EXPIRED),
        "domains:checked-just-now": Message("A moment, please", CHECKED_JUST_NOW),
        "domains:hsts-unknown": Message("Not one of the times", HSTS_UNKNOWN),
        "domains:busy": Message("Busy", BUSY, "Wait until the run has finished."),
        "domains:not-found": Message("Not found", NOT_FOUND),
        "domains:gone": Message("The custom domain is gone", DOMAIN_GONE),
        "domains:waited-too-long": Message(CNAME_MISSING, WAITED_TOO_LONG, "Add the record, then select Check again."),
        "domains:file-unreadable": Message("The file could not be read", "Select it again."),
    }
)
