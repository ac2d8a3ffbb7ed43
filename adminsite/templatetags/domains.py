"""Small words of the pages about custom domains."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from domains.custom.messages import CONFIGURED
from domains.dns.values import Kind
from domains.models import CustomDomain

register = template.Library()

RCODES = {"NXDOMAIN": "There is no such name", "NOERROR": "No such record", "SERVFAIL": "The server failed"}


@register.simple_tag
def configured_sentence(domain: CustomDomain) -> SafeString:
    """The source document's sentence, with the name as a hyperlink."""
    before, _, after = CONFIGURED.partition("{host}")
    return format_html('{}<a href="{}">{}</a>{}', before, domain.url, domain.shown, after)


@register.filter
def domain_state(state: str) -> str:
    """The state's name among all states' looks (adminsite/status.py)."""
    return f"domain_{state}"


@register.filter
def dns_state(verdict: str) -> str:
    return f"dns_{verdict}"


@register.filter
def dns_kind(kind: str) -> str:
    return Kind(kind).label


@register.filter
def dns_rcode(rcode: str) -> str:
    """What a server without an answer said, in words."""
    return RCODES.get(rcode, "No answer")


@register.filter
def as_moment(text: str) -> datetime:
    """The time that an RFC 3339 text names."""
    return datetime.fromisoformat(text)


@register.filter
def banner_tone(severity: str) -> str:
    return "error" if severity == "error" else "warn"


@register.filter
def seconds_words(seconds: int) -> str:
    """ "45 seconds", "12 minutes", "3 hours": rounded up, for waiting."""
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            number = -(-seconds // size)
            return f"{number} {word}{'s' * (number != 1)}"
    return f"{seconds} second{'s' * (seconds != 1)}"
