"""Many hosts at once: a short look at each, and the whole look where the short one does not find what it should."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from domains.dns.judgement import Judgement
from domains.dns.look import look, report_make
from domains.dns.servers import Zone, resolvers_find, zone_find
from domains.dns.transport import Asker, Server
from domains.dns.values import DnsReport, HostQuestion, Verdict

AT_ONCE = 100  # more makes each answer slower and the whole no faster


class Sweep:
    """One pass over many hosts. Remembers the zone of each parent name, which neighbours share."""

    def __init__(self, resolvers: tuple[Server, ...]) -> None:
        self._resolvers = resolvers
        self._zones: dict[str, asyncio.Task[Zone]] = {}

    async def run(self, questions: Iterable[HostQuestion]) -> list[DnsReport]:
        """The reports in the order of the questions."""
        waiting = list(enumerate(questions))
        reports: dict[int, DnsReport] = {}
        queue = iter(waiting)

        async def work() -> None:
            for position, question in queue:
                reports[position] = await self._one(question)

        await asyncio.gather(*(work() for _ in range(min(AT_ONCE, len(waiting)))))
        return [reports[position] for position, _ in waiting]

    async def _one(self, question: HostQuestion) -> DnsReport:
        asker = Asker()
        zone = await self._zone(question.host)
        answers = [await asker.ask(server, question.host, "CNAME") for server in zone.servers]
        definite = [answer for answer in answers if answer.is_definite]
        if not definite or any(answer.alias != question.expected for answer in definite):
            return await look(question)
        judgement = Judgement(Verdict.OK, found=f"CNAME {question.expected}")
        return report_make(question, asker, judgement, chain=(question.host, question.expected))

    async def _zone(self, host: str) -> Zone:
        """Found from the parent on. A host delegated on its own answers there with a referral: the whole look."""
        parent = host.partition(".")[2]
        if parent not in self._zones:
            self._zones[parent] = asyncio.create_task(zone_find(Asker(), parent, self._resolvers))
        return await self._zones[parent]


async def sweep(questions: Iterable[HostQuestion]) -> list[DnsReport]:
    """One pass over all of them."""
    return await Sweep(await resolvers_find()).run(questions)
