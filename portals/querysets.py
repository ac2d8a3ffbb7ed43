"""Questions about many portals and licences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Concat, Now

from core.models import User
from organizations.policy import Action, reach_of

if TYPE_CHECKING:
    from portals.models import Portal, PortalLicense  # noqa: F401  (named in the base classes below)

# What separates words in names and addresses; PostgreSQL's parser would read "support-2" as a word and a number.
BREAKS = "-._/@:'&+,;()"
# What the stored column Portal.words holds.
PORTAL_WORDS = SearchVector(
    Func(
        Concat(F("name"), Value(" "), F("subdomain"), output_field=TextField()),
        Value(BREAKS),
        Value(" " * len(BREAKS)),
        function="translate",
        output_field=TextField(),
    ),
    config="simple",
)


def words_of(text: str) -> list[str]:
    """The words of a text, folded, as the index cuts them."""
    return re.findall(r"\w+", text.translate(str.maketrans(BREAKS, " " * len(BREAKS))).lower())


def search_query(text: str) -> str:
    """The search for ``text`` as PostgreSQL's ``to_tsquery`` reads it; "" where there is no word in it."""
    return " & ".join(f"'{word}':*" for word in words_of(text))


def search_finds(text: str, title: str) -> bool:
    """Whether a search for ``text`` finds a thing of that title: each word begins one of the title's words."""
    there = words_of(title)
    return all(any(word.startswith(begun) for word in there) for begun in words_of(text))


class PortalQuerySet(models.QuerySet["Portal"]):
    """``Portal.objects``."""

    def visible_to(self, user: User) -> PortalQuerySet:
        """The portals of the organizations that ``user`` may see; all of them with a tenant role."""
        seen = reach_of(user).organizations(Action.PORTAL_VIEW)
        return self if seen is None else self.filter(organization_id__in=seen)

    def search(self, text: str) -> PortalQuerySet:
        """By the beginnings of the words of name and address; a text without a word finds everything."""
        query = search_query(text)
        return self.filter(words=SearchQuery(query, config="simple", search_type="raw")) if query else self

    def configuring(self) -> PortalQuerySet:
        return self.filter(state="configuring")

    def failed(self) -> PortalQuerySet:
        return self.filter(state="provisioning_failed")


class PortalLicenseQuerySet(models.QuerySet["PortalLicense"]):
    """``PortalLicense.objects``."""

    def visible_to(self, user: User) -> PortalLicenseQuerySet:
        """Licences belong to the whole tenant: whoever may see licences anywhere sees them all."""
        return self if reach_of(user).may(Action.LICENSE_VIEW) else self.none()

    def unassigned(self) -> PortalLicenseQuerySet:
        return self.filter(is_assigned=False)

    def available(self) -> PortalLicenseQuerySet:
        """Neither used nor expired."""
        return self.unassigned().filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))
