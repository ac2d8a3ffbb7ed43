"""What DNS says of a host name: every name server of its zone asked directly, and a few resolvers beside them."""

from domains.dns.check import caa_check, host_check, hosts_check
from domains.dns.values import OWNERSHIP_LABEL, DnsReport, Evidence, HostQuestion, Note, Verdict

__all__ = [
    "OWNERSHIP_LABEL",
    "DnsReport",
    "Evidence",
    "HostQuestion",
    "Note",
    "Verdict",
    "caa_check",
    "host_check",
    "hosts_check",
]
