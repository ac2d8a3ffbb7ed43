"""The accounts that a visitor signs in with, as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from websites.errors import PageDenied, PageMissing
from websites.features.profile.fields import IDENTITIES
from websites.objects.scene import Scene
from websites.records import rows_of
from websites.site.times import time_of
from websites.templating.drop import Drop
from websites.visitors.providers import directory_provider


def identities_shown(scene: Scene) -> list[Drop]:
    """How the visitor signs in; none where the site gives no permission."""
    try:
        found = rows_of(scene, IDENTITIES, most=20)
    except (PageDenied, PageMissing):
        return []
    here = _signed_in_with(scene)
    return [_identity(scene, row, here) for row in found]


def _identity(scene: Scene, row: Mapping[str, Any], here: Mapping[tuple[str, str], str]) -> Drop:
    """A row holds the provider's address and its key of the account, which mostly says nothing to people."""
    issuer, subject = str(row.get("adx_identityprovidername") or ""), str(row.get("adx_username") or "")
    return Drop(
        {
            "provider": lambda: _provider_title(scene, issuer),
            "name": lambda: here.get((issuer, subject)) or subject,
            "since": lambda: time_of(row.get("createdon")),
        }
    )


def _provider_title(scene: Scene, issuer: str) -> str:
    directory = directory_provider()
    if issuer == directory.issuer:
        return scene.snippet("Profile/Company Account", directory.title)
    return urlsplit(issuer).hostname or issuer


def _signed_in_with(scene: Scene) -> dict[tuple[str, str], str]:
    """The e-mail address, or else the name, of the account that this session began with."""
    visitor = scene.visit.visitor
    return {(visitor.issuer, visitor.subject): visitor.email or visitor.name} if visitor else {}
