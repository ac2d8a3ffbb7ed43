"""What a look at a host name's DNS records gives: plain values that travel to pages, the API and a JSON column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.db import models

OWNERSHIP_LABEL = "_portal-verify"


class Verdict(models.TextChoices):
    """What the records say, taken together."""

    OK = "ok", "Found"
    PROPAGATING = "propagating", "On its way"  # some of the zone's name servers have it, others not yet
    MISSING = "missing", "Not found"  # a definite no from the name servers
    UNREACHABLE = "unreachable", "Could not be asked"  # no answer, or SERVFAIL: never to be taken for a no
    WRONG = "wrong", "Something else found"


class Kind(models.TextChoices):
    """Whom we asked."""

    AUTHORITATIVE = "authoritative", "Name server of the domain"
    RESOLVER = "resolver", "Public resolver"


@dataclass(frozen=True)
class Evidence:
    """One question to one server and what came back.

    Args:
        server: name and address for people, such as ``ns1.contoso.com (192.0.2.1)``.
        question: such as ``support.contoso.com CNAME``.
        rcode: ``NOERROR``, ``NXDOMAIN``, ``SERVFAIL`` …, "" where nothing came.
        answers: such as ``CNAME contoso.portals.example.com``; lower case, without final dots.
        ttl: seconds for which the answer, or the absence of one, may be remembered; None where it says nothing of that.
        error: why there is no answer, in words; "" where there is one.
    """

    server: str
    kind: str
    question: str
    rcode: str = ""
    answers: tuple[str, ...] = ()
    ttl: int | None = None
    milliseconds: int = 0
    error: str = ""


@dataclass(frozen=True)
class Note:
    """Something to know beside the verdict: a code of ``domains/dns/messages.py`` and its sentence."""

    code: str
    sentence: str


@dataclass(frozen=True)
class DnsReport:
    """What DNS says of a host name that should be an alias of a portal's own.

    Args:
        host, expected: A-labels without final dots; ``expected`` is the portal's own host name.
        reason: the code that says why the verdict is not ``ok``, such as ``domains:cname-missing``; "" when it is.
        sentence: the reason in words: who was asked, what was found, what was expected.
        found: what stands where the CNAME should stand, such as ``CNAME old.example.com``; "" for nothing.
        chain: the names from ``host`` on, as far as they were followed.
        retry_after: seconds after which asking again can give another answer.
        visible_in: seconds until every resolver has forgotten what it remembers now; None where nobody remembers.
        notes: warnings that do not change the verdict.
        is_owner_proved: the TXT record at ``_portal-verify.<host>`` holds the value that was asked for.
        checked_at: RFC 3339, UTC.
    """

    host: str
    expected: str
    verdict: Verdict
    reason: str = ""
    sentence: str = ""
    found: str = ""
    evidence: tuple[Evidence, ...] = ()
    chain: tuple[str, ...] = ()
    retry_after: int = 0
    visible_in: int | None = None
    notes: tuple[Note, ...] = ()
    is_owner_proved: bool = False
    checked_at: str = field(default="")

    @property
    def is_ok(self) -> bool:
        return self.verdict == Verdict.OK

    @property
    def is_definite(self) -> bool:
        """Whether the name servers themselves answered. Only then may anything be concluded from a "no"."""
        return self.verdict != Verdict.UNREACHABLE

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column or the API."""
        return {**asdict(self), "verdict": str(self.verdict)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The report that :meth:`to_json` wrote down."""
        return cls(
            **{
                **values,
                "verdict": Verdict(values["verdict"]),
                "chain": tuple(values["chain"]),
                "notes": tuple(Note(**note) for note in values["notes"]),
                "evidence": tuple(
                    Evidence(**{**shown, "answers": tuple(shown["answers"])}) for shown in values["evidence"]
                ),
            }
        )


@dataclass(frozen=True)
class HostQuestion:
    """One host to look at among many; see :func:`domains.dns.hosts_check`."""

    host: str
    expected: str
    ownership: str = ""
