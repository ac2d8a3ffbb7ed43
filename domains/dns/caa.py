"""May this certificate authority issue for the host? The walk up the tree of RFC 8659 3."""

from __future__ import annotations

from typing import Any

from domains.dns import messages
from domains.dns.servers import resolve
from domains.dns.transport import Answer, Asker, Server
from domains.dns.values import Note

MOST_LABELS = 6
KNOWN_TAGS = frozenset({b"issue", b"issuewild", b"iodef", b"contactemail", b"contactphone", b"issuemail", b"issuevmc"})


async def caa_look(asker: Asker, host: str, issuers: tuple[str, ...], servers: tuple[Server, ...]) -> Note | None:
    """A note where the records forbid it or cannot be asked; None where it may issue.

    Args:
        issuers: names by which the authority knows itself in CAA records, such as ``letsencrypt.org``.
    """
    name = host
    for _ in range(MOST_LABELS):
        answer = await resolve(asker, name, "CAA", servers)
        if not answer.is_definite:
            return _note("domains:caa-unreachable", at=name)
        if records := _records(answer):
            return _judged(name, records, issuers)
        name = name.partition(".")[2]
        if not name:
            return None
    return None


def _records(answer: Answer) -> list[Any]:
    """Also those behind an alias, which a resolver answers with (RFC 8659 3)."""
    found = answer.message.answer if answer.message else []
    return [record for rrset in found for record in rrset if rrset.rdtype.name == "CAA"]


def _judged(at: str, records: list[Any], issuers: tuple[str, ...]) -> Note | None:
    issue = [record.value.decode("ascii", "replace") for record in records if record.tag.lower() == b"issue"]
    allowed = [value.partition(";")[0].strip().lower() for value in issue]
    is_strange = any(record.flags & 128 and record.tag.lower() not in KNOWN_TAGS for record in records)
    if not is_strange and (not issue or any(issuer in allowed for issuer in issuers)):
        return None
    shown = ", ".join(name for name in allowed if name)[:200] or "nobody"
    return _note("domains:caa-forbids", at=at, allowed=shown, issuer=issuers[0])


def _note(code: str, **values: str) -> Note:
    return Note(code, messages.NOTES[code].format(**values))
