"""Host names that people type in: normalised by IDNA 2008 and UTS 46, refused with a reason each.

Sources: RFC 1035 2.3.4 (63 and 253 octets), RFC 5891, UTS 46 (non-transitional: ``faß.example`` stays what it is),
RFC 6761 (names that mean something else), the Public Suffix List as tldextract bundles it (nobody binds ``co.uk``),
RFC 1034 3.6.2 (a zone's own name cannot be an alias).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache

import idna
import tldextract
from django.conf import settings

from core.errors import InvalidValue
from domains import names_messages as words

LONGEST_NAME, LONGEST_LABEL = 253, 63
URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
PORT = re.compile(r"[^:]+:\d+")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # browsers take a name that ends so for an IPv4 address
# RFC 6761, 6762, 7686: never answered by public DNS, or not by DNS at all.
NEVER = frozenset({"localhost", "invalid", "onion", "arpa", "alt"})


class HostInvalid(InvalidValue):
    """What was typed cannot be the host name of a portal."""

    default_code = "domains:host-invalid"


@dataclass(frozen=True)
class HostName:
    """A host name in the form that DNS and TLS use (stored), and in the one that people read (shown)."""

    a_label: str
    u_label: str

    def __str__(self) -> str:
        return self.a_label


def host_parse(text: str) -> HostName:
    """The host name that ``text`` means: lower case, A-labels, no final dot.

    Raises:
        HostInvalid: with a code for each thing that can be wrong (``domains:host-…``) and a sentence that says it.
    """
    typed = text.strip()
    _refuse_other_things(typed)
    a_label = _a_label(typed)
    _refuse_lengths_and_shape(a_label)
    _refuse_names_of_others(a_label)
    return HostName(a_label, idna.decode(a_label))


def registrable_domain(host: str) -> str:
    """``contoso.co.uk`` of ``www.contoso.co.uk``; "" for a public suffix. Unknown endings count as one label."""
    parts = _suffixes()(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else ""
    labels = host.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else ""


def has_public_ending(host: str) -> bool:
    """Whether the name ends in one of the endings of the public DNS."""
    return bool(_suffixes()(host).suffix)


def _refuse_other_things(typed: str) -> None:
    if not typed:
        raise _invalid("domains:host-missing")
    if URL.match(typed) or "/" in typed:
        raise _invalid("domains:host-url", host=_within_url(typed))
    if _is_address(typed):
        raise _invalid("domains:host-address")
    if PORT.fullmatch(typed):
        raise _invalid("domains:host-port", host=_shown(typed.partition(":")[0]))
    if typed.startswith("*"):
        raise _invalid("domains:host-wildcard")
    if "_" in typed:
        raise _invalid("domains:host-underscore")


def _shown(typed: str) -> str:
    """What may stand in a sentence: no control characters, not without end."""
    return "".join(sign if sign.isprintable() else "�" for sign in typed[:80])


def _a_label(typed: str) -> str:
    try:
        encoded = idna.encode(typed, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except idna.IDNAError as wrong:
        longest = max((len(label) for label in typed.split(".")), default=0)
        is_length = typed.isascii() and (len(typed.rstrip(".")) > LONGEST_NAME or longest > LONGEST_LABEL)
        raise _invalid("domains:host-length" if is_length else "domains:host-invalid", host=_shown(typed)) from wrong
    except (UnicodeError, IndexError) as wrong:
        raise _invalid("domains:host-invalid", host=_shown(typed)) from wrong
    return encoded.removesuffix(".")


def _refuse_lengths_and_shape(host: str) -> None:
    if len(host) > LONGEST_NAME:
        raise _invalid("domains:host-length")
    labels = host.split(".")
    if _is_address(host) or NUMBER.fullmatch(labels[-1]):
        raise _invalid("domains:host-address")
    if len(labels) == 1:
        raise _invalid("domains:host-single", host=host)


def _refuse_names_of_others(host: str) -> None:
    if any(_is_within(host, own) for own in (settings.PORTAL_BASE_DOMAIN, settings.PORTAL_ADMIN_HOST)):
        raise _invalid("domains:host-platform", host=host)
    if host.rpartition(".")[2] in NEVER:
        raise _invalid("domains:host-reserved", host=host, ending=host.rpartition(".")[2])
    registrable = registrable_domain(host)
    if not registrable:
        raise _invalid("domains:host-public-suffix", host=host)
    if not has_public_ending(host) and not _is_network_private():
        raise _invalid("domains:host-unknown-ending", host=host, ending=host.rpartition(".")[2])
    if host == registrable:
        raise _invalid("domains:host-apex", host=host)


def _is_network_private() -> bool:
    """Whether endings that public DNS does not know, such as .local or .test, can be resolved here."""
    return bool(settings.PORTAL_DNS_ALLOW_PRIVATE or settings.PORTAL_DNS_AUTHORITATIVE or settings.PORTAL_DEMO)


def _is_within(host: str, parent: str) -> bool:
    return host == parent or host.endswith(f".{parent}")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def _within_url(typed: str) -> str:
    return _shown(URL.sub("", typed).partition("/")[0].rpartition("@")[2].partition(":")[0])


def _invalid(code: str, **context: str) -> HostInvalid:
    return HostInvalid(words.SENTENCES[code].format(**context), field="hostname", code=code, context=context)


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The bundled list alone: nothing is fetched, nothing is cached on disk."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
