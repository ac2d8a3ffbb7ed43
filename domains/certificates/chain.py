"""The chain: built by signature, never by position or name alone; the root left out, strangers dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from domains.certificates.findings import day, failed, passed, warned
from domains.certificates.leaf import broken_digest, extension, names_of, shown
from domains.certificates.values import Check

LONGEST = 10  # certificates from the leaf to the root
TITLE = "Chain"


@dataclass(frozen=True)
class Chain:
    """What stands above a leaf.

    Args:
        served: leaf first, as it is sent to visitors: without the root.
        root: the self-signed certificate at its end, from the file or among those that are trusted; None = not found.
        is_trusted: the root is one of those that are trusted.
        strangers: how many certificates of the file do not belong to it.
    """

    served: tuple[x509.Certificate, ...]
    root: x509.Certificate | None
    is_trusted: bool
    strangers: int

    @property
    def above(self) -> tuple[x509.Certificate, ...]:
        return self.served[1:]


def chain_build(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], now: datetime
) -> Chain:
    """Walk from ``leaf`` upwards through ``others`` until a root is found, or nobody who signed."""
    served, root = [leaf], None
    is_trusted = False
    while len(served) < LONGEST and not is_self_signed(served[-1]):
        root = _best(served[-1], [one for one in trusted if is_self_signed(one)], now)
        if root is not None:
            is_trusted = True
            break
        found = _best(served[-1], [one for one in others if one not in served], now)
        if found is None:
            break
        if is_self_signed(found):
            root, is_trusted = found, found in trusted
            break
        served.append(found)
    if is_self_signed(leaf):
        root, is_trusted = leaf, leaf in trusted
    strangers = sum(one not in served and one != root for one in others)
    return Chain(tuple(served), root, is_trusted, strangers)


def chain_checks(chain: Chain, trusted: Sequence[x509.Certificate], host: str | None, now: datetime) -> Iterator[Check]:
    """What is to be said about the chain: the authorities' limits, signatures and dates, and whether it is trusted."""
    yield from _limits(chain)
    for one in chain.above:
        if digest := broken_digest(one):
            yield failed("certificates:weak-signature", TITLE, digest=digest)
        if one.not_valid_after_utc <= now:
            date = day(one.not_valid_after_utc)
            yield warned("certificates:chain-expired", TITLE, issuer=shown(one.subject), date=date)
    yield _trust(chain, trusted, host, now)


def is_self_signed(certificate: x509.Certificate) -> bool:
    return certificate.subject == certificate.issuer and _signed_by(certificate, certificate)


def _best(
    certificate: x509.Certificate, candidates: Iterable[x509.Certificate], now: datetime
) -> x509.Certificate | None:
    """Of those whose key signed it, one that is neither expired nor weakly signed, where there is one."""
    signers = [one for one in candidates if one.subject == certificate.issuer and _signed_by(certificate, one)]
    sound = [one for one in signers if one.not_valid_after_utc > now and not broken_digest(one)]
    return next(iter(sound or signers), None)


def _signed_by(certificate: x509.Certificate, signer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(signer)
    except Exception:  # a wrong signature, another kind of key, an algorithm the library does not know: all are a no
        return False
    return True


def _limits(chain: Chain) -> Iterator[Check]:
    """Name constraints of the authorities (RFC 5280 4.2.1.10), for DNS names."""
    for one in (*chain.above, *([chain.root] if chain.root is not None else [])):
        limits = extension(one, x509.NameConstraints)
        for name in names_of(chain.served[0]) if limits else ():
            if limits and not _permits(limits, name):
                yield failed("certificates:name-constraint", TITLE, issuer=shown(one.subject), name=name)


def _permits(limits: x509.NameConstraints, name: str) -> bool:
    excluded = _trees(limits.excluded_subtrees)
    permitted = _trees(limits.permitted_subtrees)
    bare = name.removeprefix("*.")
    if any(_within(bare, tree) for tree in excluded):
        return False
    return not permitted or any(_within(bare, tree) for tree in permitted)


def _trees(names: list[x509.GeneralName] | None) -> list[str]:
    return [name.value.lower() for name in names or [] if isinstance(name, x509.DNSName)]


def _within(name: str, tree: str) -> bool:
    return name == tree.removeprefix(".") or name.endswith(f".{tree.removeprefix('.')}") or tree == ""


def _trust(chain: Chain, trusted: Sequence[x509.Certificate], host: str | None, now: datetime) -> Check:
    if not chain.is_trusted:
        return _why_untrusted(chain)
    if not _strictly_verified(chain, trusted, host, now):
        return warned("certificates:chain-refused", TITLE)
    count = len(chain.above)
    told = f"{count} intermediate certificate{'' if count == 1 else 's'}, up to {_root_name(chain)}"
    return passed("chain", TITLE, told + (f"; {chain.strangers} not needed" if chain.strangers else ""))


def _why_untrusted(chain: Chain) -> Check:
    leaf = chain.served[0]
    if chain.root is leaf or (not chain.above and leaf.subject == leaf.issuer):  # SHA-1's are not verified
        return warned("certificates:self-signed", TITLE)
    if chain.root is None and not chain.above:
        return warned("certificates:chain-incomplete", TITLE)
    return warned("certificates:untrusted", TITLE, root=_root_name(chain))


def _root_name(chain: Chain) -> str:
    return shown(chain.root.subject if chain.root is not None else chain.served[-1].issuer)


def _strictly_verified(chain: Chain, trusted: Sequence[x509.Certificate], host: str | None, now: datetime) -> bool:
    """The library's own verifier, which follows the rules of browsers."""
    names = names_of(chain.served[0])
    name = host if host and chain.served else next(iter(names), "").replace("*", "host")
    if not name:
        return True  # said elsewhere
    try:
        verifier = PolicyBuilder().store(Store(list(trusted))).time(now).build_server_verifier(x509.DNSName(name))
        verifier.verify(chain.served[0], list(chain.above))
    except (VerificationError, ValueError):
        return False
    return True
