"""The visitor's consent that the portal uses the profile the provider gave."""

from __future__ import annotations

from uuid import UUID

from websites.models import PortalConsent
from websites.visitors.identity import Identity
from websites.visitors.providers import Provider


def consent_is_given(portal_id: UUID, provider: Provider, identity: Identity) -> bool:
    """Whether this identity accepted at this portal, for these scopes or more."""
    wanted = set(provider.scopes)
    given = PortalConsent.objects.filter(portal_id=portal_id, issuer=identity.issuer, subject=identity.subject)
    return any(wanted <= set(scopes.split()) for scopes in given.values_list("scopes", flat=True))


def consent_give(portal_id: UUID, provider: Provider, identity: Identity) -> None:
    """Remember that the identity accepted; twice is once."""
    PortalConsent.objects.get_or_create(
        portal_id=portal_id,
        issuer=identity.issuer,
        subject=identity.subject,
        scopes=" ".join(sorted(provider.scopes)),
    )
