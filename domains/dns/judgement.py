"""What the answers mean, taken together: a pure function from answers to a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from domains.dns import messages
from domains.dns.chain import Chain
from domains.dns.transport import Answer, Server
from domains.dns.values import Verdict

SOON, LATER = 10, 60  # seconds until asking again is worth it


@dataclass(frozen=True)
class Seen:
    """What one server said of the host: its CNAME, its addresses at the very name, or nothing."""

    cname: Answer
    addresses: tuple[Answer, ...] = ()

    @property
    def server(self) -> Server:
        return self.cname.server

    @property
    def is_definite(self) -> bool:
        return self.cname.is_definite

    @property
    def alias(self) -> str:
        return self.cname.alias

    @property
    def strays(self) -> tuple[str, ...]:
        """Address records at the host itself, such as ``A 192.0.2.1``."""
        return tuple(f"{answer.type} {text}" for answer in self.addresses for text in answer.records(answer.type))

    @property
    def found(self) -> str:
        return f"CNAME {self.alias}" if self.alias else ", ".join(self.strays[:4])


@dataclass(frozen=True)
class Judgement:
    """The verdict with its reason; ``values`` fill the reason's sentence."""

    verdict: Verdict
    reason: str = ""
    found: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    retry_after: int = 0
    visible_in: int | None = None

    def sentence(self, host: str, expected: str) -> str:
        if not self.reason:
            return ""
        values = {"asked": "", "detail": "", **self.values}
        return messages.REASONS[self.reason].format(host=host, expected=expected, found=self.found, **values)


def judge(seen: Sequence[Seen], chains: Mapping[str, Chain], expected: str) -> Judgement:
    """The verdict over what each authoritative server said.

    Args:
        chains: where each alias that a server named leads.
    """
    definite = [one for one in seen if one.is_definite]
    right = [one for one in definite if one.alias and chains[one.alias].is_reached]
    if not definite:
        return Judgement(Verdict.UNREACHABLE, "domains:dns-unreachable", "", _asked(seen), LATER)
    if len(right) == len(definite):
        return Judgement(Verdict.OK, found=right[0].found)
    if right:
        return _propagating(right, [one for one in definite if one not in right])
    if any(one.found for one in definite):
        return _wrong(definite, chains, expected)
    return _missing(seen, definite)


def servers_text(seen: Sequence[Seen]) -> str:
    """``ns1.contoso.com and ns2.contoso.com``."""
    names = list(dict.fromkeys(one.server.name or str(one.server) for one in seen))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _asked(seen: Sequence[Seen]) -> dict[str, str]:
    return {"asked": servers_text(seen)}


def _propagating(right: Sequence[Seen], rest: Sequence[Seen]) -> Judgement:
    values = {"right": servers_text(right), "rest": servers_text(rest)}
    found = next((one.found for one in rest if one.found), "")
    return Judgement(Verdict.PROPAGATING, "domains:dns-propagating", found, values, LATER, _longest(rest))


def _missing(seen: Sequence[Seen], definite: Sequence[Seen]) -> Judgement:
    """A no counts only where at least half of the servers said it: one that was left behind proves nothing."""
    if 2 * len(definite) < len(seen):
        return Judgement(Verdict.UNREACHABLE, "domains:dns-unreachable", "", _asked(seen), LATER)
    exists = any(one.cname.rcode == "NOERROR" for one in definite)
    reason = "domains:cname-other-type" if exists else "domains:cname-missing"
    return Judgement(Verdict.MISSING, reason, "", _asked(definite), SOON, _longest(definite))


def _wrong(definite: Sequence[Seen], chains: Mapping[str, Chain], expected: str) -> Judgement:
    told = next((one for one in definite if one.alias), None) or next(one for one in definite if one.found)
    chain = chains[told.alias] if told.alias else None
    if chain and chain.is_broken and not is_doubled(told.alias, told.cname.name, expected):
        reason, verdict = "domains:cname-chain-unreachable", Verdict.UNREACHABLE
    else:
        reason, verdict = _why_wrong(told, chain, expected), Verdict.WRONG
    found = chain.text if chain and reason in {"domains:cname-loop", "domains:cname-too-long"} else told.found
    return Judgement(verdict, reason, found, _asked(definite), SOON, _longest(definite))


def _why_wrong(told: Seen, chain: Chain | None, expected: str) -> str:
    if chain is None:
        return "domains:cname-addresses"
    if is_doubled(told.alias, told.cname.name, expected):
        return "domains:cname-doubled"
    if chain.is_loop:
        return "domains:cname-loop"
    if chain.is_too_long:
        return "domains:cname-too-long"
    is_other_portal = any(name.endswith(f".{settings.PORTAL_BASE_DOMAIN}") for name in chain.names)
    return "domains:cname-other-portal" if is_other_portal else "domains:cname-wrong"


def is_doubled(alias: str, host: str, expected: str) -> bool:
    """Whether the alias is ``expected`` with a domain of the host behind it: its final dot was missing."""
    rest = alias.removeprefix(f"{expected}.")
    return rest != alias and f".{host}".endswith(f".{rest}")


def _longest(seen: Sequence[Seen]) -> int | None:
    """Until when somebody may remember what these servers say now."""
    return max((one.cname.ttl for one in seen if one.cname.ttl is not None), default=None)
