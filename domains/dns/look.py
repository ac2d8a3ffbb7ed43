"""The whole look at one host: the order of the questions. What the answers mean is the matter of judgement.py."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from django.utils import timezone

from domains.dns.caa import caa_look
from domains.dns.chain import Chain, chain_follow
from domains.dns.judgement import LATER, Judgement, Seen, judge
from domains.dns.notes import notes_make, stale, wildcard_look
from domains.dns.servers import Zone, resolvers_find, zone_find
from domains.dns.transport import Answer, Asker, Server
from domains.dns.values import OWNERSHIP_LABEL, DnsReport, HostQuestion, Note, Verdict
from domains.names import registrable_domain


@dataclass(frozen=True)
class Look:
    """One look: what is asked, with which budget, of whom."""

    question: HostQuestion
    asker: Asker
    zone: Zone
    resolvers: tuple[Server, ...]


async def look(question: HostQuestion, *, issuers: tuple[str, ...] = ()) -> DnsReport:
    """What DNS says of the host, with the evidence. ``issuers``: see :func:`domains.dns.host_check`."""
    asker, resolvers = Asker(), await resolvers_find(question.host)
    zone = await zone_find(asker, question.host, resolvers)
    if zone.reason:
        return report_make(question, asker, _no_servers(zone), chain=(question.host,))
    return await _look(Look(question, asker, zone, resolvers), issuers)


async def _look(one: Look, issuers: tuple[str, ...]) -> DnsReport:
    seen, remembered, texts = await _ask_everybody(one)
    chains = await _chains(one, [*seen, *remembered])
    judgement = judge(seen, chains, one.question.expected)
    if judgement.verdict == Verdict.UNREACHABLE and not one.zone.is_configured:
        judgement = _resolvers_word(judgement, remembered, chains)
    if judgement.verdict == Verdict.MISSING:
        judgement = await _doubled(one, seen, judgement)
    late = stale(remembered, chains)
    notes = notes_make(one.question.host, seen, late, one.zone, judgement)
    return report_make(
        one.question,
        one.asker,
        judgement,
        chain=_told(chains, seen, one.question.host),
        notes=(*notes, *await _more_notes(one, seen, judgement, issuers)),
        is_owner_proved=any(_holds(answer, one.question.ownership) for answer in texts),
        remembered=max((view.cname.ttl for view in late if view.cname.ttl is not None), default=None),
    )


def report_make(
    question: HostQuestion,
    asker: Asker,
    judgement: Judgement,
    *,
    chain: tuple[str, ...],
    notes: tuple[Note, ...] = (),
    is_owner_proved: bool = False,
    remembered: int | None = None,
) -> DnsReport:
    """The report. ``remembered``: seconds for which a resolver may still give an older answer."""
    seconds = [found for found in (judgement.visible_in, remembered) if found is not None]
    return DnsReport(
        host=question.host,
        expected=question.expected,
        verdict=judgement.verdict,
        reason=judgement.reason,
        sentence=judgement.sentence(question.host, question.expected),
        found=judgement.found,
        evidence=tuple(asker.evidence),
        chain=chain,
        retry_after=judgement.retry_after,
        visible_in=max(seconds, default=None),
        notes=notes,
        is_owner_proved=is_owner_proved,
        checked_at=timezone.now().isoformat(timespec="seconds"),
    )


async def _ask_everybody(one: Look) -> tuple[list[Seen], list[Seen], list[Answer]]:
    """What the zone's servers say, what resolvers remember, and the ownership records."""
    host, ownership = one.question.host, f"{OWNERSHIP_LABEL}.{one.question.host}"
    seen, remembered, texts = await asyncio.gather(
        asyncio.gather(*(_seen(one.asker, server, host) for server in one.zone.servers)),
        asyncio.gather(*(one.asker.ask(server, host, "CNAME") for server in one.resolvers)),
        asyncio.gather(
            *(one.asker.ask(server, ownership, "TXT") for server in one.zone.servers if one.question.ownership)
        ),
    )
    return seen, [Seen(answer) for answer in remembered], texts


async def _seen(asker: Asker, server: Server, host: str) -> Seen:
    cname, *addresses = await asyncio.gather(*(asker.ask(server, host, type) for type in ("CNAME", "A", "AAAA")))
    return Seen(cname, tuple(addresses))


async def _chains(one: Look, views: list[Seen]) -> dict[str, Chain]:
    """Where each alias leads that anybody named, the zone's own servers first."""
    return {
        alias: await chain_follow(one.asker, one.question.host, alias, one.question.expected, one.zone, one.resolvers)
        for alias in dict.fromkeys(view.alias for view in views if view.alias)
    }


def _no_servers(zone: Zone) -> Judgement:
    verdict = Verdict.MISSING if zone.reason == "domains:zone-missing" else Verdict.UNREACHABLE
    values = {"detail": zone.detail, "asked": "the public DNS"}
    return Judgement(verdict, zone.reason, values=values, retry_after=LATER)


def _resolvers_word(judgement: Judgement, remembered: list[Seen], chains: dict[str, Chain]) -> Judgement:
    """Where no name server can be asked from this network, resolvers that all see the record are believed.

    Only in what they see: that they do not see it may be a memory of yesterday.
    """
    definite = [view for view in remembered if view.is_definite]
    if definite and not stale(definite, chains):
        return Judgement(Verdict.OK, found=definite[0].found)
    return judgement


async def _doubled(one: Look, seen: list[Seen], judgement: Judgement) -> Judgement:
    """Look for the record at ``support.contoso.com.contoso.com``: there a name typed in whole ends up."""
    host, first = one.question.host, next(view for view in seen if view.is_definite)
    zone = first.cname.zone or registrable_domain(host)
    if not zone or not host.endswith(f".{zone}"):
        return judgement
    answer = await one.asker.ask(first.server, f"{host}.{zone}", "CNAME")
    if not answer.alias:
        return judgement
    values = {**judgement.values, "zone": zone}
    return Judgement(
        judgement.verdict, "domains:name-doubled", answer.name, values, judgement.retry_after, judgement.visible_in
    )


async def _more_notes(one: Look, seen: list[Seen], judgement: Judgement, issuers: tuple[str, ...]) -> list[Note]:
    """What takes more questions: a wildcard in the customer's zone, and whether the authority may issue."""
    host, notes = one.question.host, []
    definite = [view for view in seen if view.is_definite]
    if judgement.verdict == Verdict.OK and definite:
        notes.append(await wildcard_look(one.asker, host, definite[0]))
    if issuers:
        servers = one.zone.servers if one.zone.is_configured else one.resolvers
        notes.append(await caa_look(one.asker, host, issuers, servers))
    return [note for note in notes if note]


def _told(chains: dict[str, Chain], seen: list[Seen], host: str) -> tuple[str, ...]:
    alias = next((view.alias for view in seen if view.alias), "")
    return chains[alias].names if alias else (host,)


def _holds(answer: Answer, ownership: str) -> bool:
    """Whether one of the texts is the value; people paste the quotation marks along with it."""
    return any(text.strip().strip('"') == ownership for text in answer.records("TXT"))
