"""The hub of the demo: Contoso's, with the types of a portal, its contacts, and what they did before their cases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from analytics.hub.cached import hub_cached
from analytics.hub.events import stamp_told
from analytics.hub.ingest import events_ingest
from analytics.hub.model.automatic import PROFILE
from analytics.hub.model.policies import keys_open, policy_of
from analytics.hub.model.types import interaction_type_put, profile_type_of
from analytics.hub.models import AuthorizationPolicy, Hub, Profile
from analytics.hub.services.hubs import hub_create, hub_uri
from analytics.kinds import ARTICLE, KINDS, SEARCH, Kind, type_definition
from organizations.embedded.models import EmbeddedOrganization, rows_in
from organizations.models import Organization

Row = Mapping[str, Any]


@dataclass(frozen=True)
class DemoHub:
    """The triple that an administrator enters."""

    hub_uri: str
    policy_name: str
    shared_key: str = field(repr=False)


@dataclass(frozen=True)
class Deed:
    """Something that a contact did so many minutes before a case: a search with its results, or an article read."""

    minutes: int
    search: str = ""
    results: int = 0
    article: str = ""


LEAKS, DESCALE = "The boiler leaks: what to check first", "Descale the coffee machine"
# By the title of the case that followed.
BEFORE_CASES: Mapping[str, tuple[Deed, ...]] = {
    "Coffee machine leaks at the boiler": (
        Deed(2900, search="descale", results=1),
        Deed(2897, article=DESCALE),
        Deed(31, search="machine leaks", results=1),
        Deed(29, article=LEAKS),
        Deed(17, search="boiler seal replacement"),
        Deed(12, article=DESCALE),
        Deed(9, article=LEAKS),
        Deed(4, search="order boiler seal"),
    ),
    "Invoice shows the wrong address": (
        Deed(42, search="invoice address"),
        Deed(40, search="change billing address"),
    ),
    "Grinder makes a loud noise": (
        Deed(55, search="grinder noise"),
        Deed(51, search="loud grinder", results=1),
        Deed(50, article=DESCALE),
    ),
    "Which filter fits the model S?": (Deed(8, search="filter model S"), Deed(6, search="water filter")),
    "Delivery came without the water tank": (Deed(15, search="missing parts"),),
}
# What all of them do on ordinary days, so that charts have a past: days ago, then as above.
ORDINARY: tuple[tuple[int, Deed], ...] = tuple(
    (days, deed)
    for days in range(1, 30)
    for deed in (
        Deed(days * 37 % 600, search=("descale", "boiler", "opening hours", "spare parts")[days % 4], results=days % 3),
        Deed(days * 53 % 600, article=(DESCALE, LEAKS)[days % 2]),
    )[: 1 + days % 2]
)


def demo_hub_ensure(organization: Organization) -> DemoHub:
    """The organization's hub, of the same name; made and filled where it is missing."""
    hub = Hub.objects.filter(name=organization.unique_name).first()
    if hub is None:
        hub, _ = hub_create(actor=None, name=organization.unique_name, organization=organization)
        _fill(hub, EmbeddedOrganization.objects.get(name=organization.unique_name))
    policy = policy_of(hub, AuthorizationPolicy.ROOT)
    return DemoHub(hub_uri(hub), policy.name, keys_open(policy)[0])


def _fill(hub: Hub, tenant: EmbeddedOrganization) -> None:
    for kind in KINDS.values():
        interaction_type_put(hub, kind.name, _definition(kind))
    contacts = list(rows_in(tenant, "contact").values("contactid", "fullname", "emailaddress1"))
    profile = profile_type_of(hub, PROFILE)
    Profile.objects.bulk_create(
        Profile(
            hub=hub,
            type=profile,
            key=row["contactid"],
            profile_id=str(row["contactid"]),
            properties={
                "crmrecordid": str(row["contactid"]),
                "fullname": row["fullname"],
                "emailaddress1": row["emailaddress1"],
            },
        )
        for row in contacts
    )
    now = timezone.now()
    events = [*_before_cases(tenant), *_ordinary(tenant, contacts, now)]
    events_ingest(hub_cached(hub.name), AuthorizationPolicy.ROOT, events, now=now)


def _definition(kind: Kind) -> dict[str, Any]:
    """As a portal puts it, but these events come from no portal: none is set up yet."""
    told = type_definition(kind)
    fields = [one | {"isRequired": False} if one["fieldName"] == "portal_portalid" else one for one in told["fields"]]
    return {**told, "fields": fields}


def _before_cases(tenant: EmbeddedOrganization) -> Iterator[dict[str, Any]]:
    articles = _articles(tenant)
    for case in rows_in(tenant, "incident").values("title", "createdon", "customerid"):
        for deed in BEFORE_CASES.get(case["title"], ()):
            at = case["createdon"] - timedelta(minutes=deed.minutes)
            yield from _event(deed, case["customerid"], at, articles)


def _ordinary(tenant: EmbeddedOrganization, contacts: Sequence[Row], now: datetime) -> Iterator[dict[str, Any]]:
    articles = _articles(tenant)
    for days, deed in ORDINARY:
        who = contacts[days % len(contacts)]["contactid"] if contacts else None
        if who is not None:
            yield from _event(deed, who, now - timedelta(days=days, minutes=deed.minutes), articles)


def _articles(tenant: EmbeddedOrganization) -> dict[str, uuid.UUID]:
    return dict(rows_in(tenant, "knowledgearticle").values_list("title", "knowledgearticleid"))


def _event(deed: Deed, contact: uuid.UUID, at: datetime, articles: Mapping[str, uuid.UUID]) -> Iterator[dict[str, Any]]:
    common = {
        "portal_interactionid": str(uuid.uuid4()),
        "portal_timestamp": stamp_told(at),
        "portal_contactid": str(contact),
        "portal_language": "en-US",
    }
    if deed.search:
        told = {"portal_searchstring": deed.search, "portal_resultcount": deed.results}
        yield {"InteractionType": SEARCH.name, **common, **told}
    elif deed.article in articles:
        told = {"portal_knowledgearticleid": str(articles[deed.article]), "portal_knowledgetitle": deed.article}
        yield {"InteractionType": ARTICLE.name, **common, **told}
