"""What else there is to know beside the verdict: warnings, each with its code and sentence."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from domains.dns import messages
from domains.dns.chain import Chain
from domains.dns.judgement import Judgement, Seen, servers_text
from domains.dns.servers import Zone
from domains.dns.transport import Asker
from domains.dns.values import Note, Verdict


def notes_make(
    host: str, seen: Sequence[Seen], late: Sequence[Seen], zone: Zone, judgement: Judgement
) -> tuple[Note, ...]:
    """The notes that follow from answers that are there already.

    Args:
        late: resolvers that remember something else.
    """
    is_ok = judgement.verdict == Verdict.OK
    silent = [one for one in seen if not one.is_definite]
    notes = []
    if is_ok and len(silent) == len(seen):
        notes.append(_note("domains:dns-resolvers-only", servers="The resolvers that were asked"))
    elif silent and len(silent) < len(seen):
        notes.append(_note("domains:dns-servers-silent", servers=servers_text(silent)))
    if zone.left_out > 0:
        notes.append(_note("domains:dns-left-out", left_out=str(zone.left_out)))
    if is_ok and late:
        notes.append(_note("domains:dns-resolver-late", servers=servers_text(late)))
    return (*notes, *_strays(host, seen))


async def wildcard_look(asker: Asker, host: str, one: Seen) -> Note | None:
    """A note where the customer's zone answers for every name beside the host as it does for the host."""
    parent = host.partition(".")[2]
    answer = await asker.ask(one.server, f"portal-check-{secrets.token_hex(4)}.{parent}", "CNAME")
    return _note("domains:dns-wildcard", host=host, parent=parent) if answer.alias == one.alias else None


def stale(remembered: Sequence[Seen], chains: Mapping[str, Chain]) -> list[Seen]:
    """The resolvers that answer, but not yet with the record."""
    return [one for one in remembered if one.is_definite and not (one.alias and chains[one.alias].is_reached)]


def _strays(host: str, seen: Sequence[Seen]) -> list[Note]:
    """Addresses at the host's own name where there is a CNAME too, at the same server or at another."""
    beside = [one for one in seen if one.strays]
    if not beside or not any(one.alias for one in seen):
        return []
    found = ", ".join(dict.fromkeys(text for one in beside for text in one.strays))[:200]
    return [_note("domains:dns-stray-address", servers=servers_text(beside), host=host, found=found)]


def _note(code: str, **values: str) -> Note:
    return Note(code, messages.NOTES[code].format(**values))
