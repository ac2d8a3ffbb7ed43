"""A hub that several portals share, with what their visitors did."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from analytics.hub.models import Hub
from organizations.models import Organization
from portals.models import Portal
from tests.builders.embedded_hubs import HubClient, article, client_of, hub_made, search, stamp
from tests.builders.portals import portal_row

MARIA, PAUL = str(uuid.UUID(int=0xA)), str(uuid.UUID(int=0xD))


@dataclass(frozen=True)
class SharedHub:
    """Contoso's hub: its own portal sends to it, and one of another organization."""

    hub: Hub
    client: HubClient
    own: Portal
    foreign: Portal


def shared_hub(home: Organization, other: Organization) -> SharedHub:
    """Three articles and three searches of Maria's at the own portal, a search of Paul's at the foreign one."""
    hub = hub_made(home)
    own = portal_row(home, name="Contoso Support")
    foreign = portal_row(other, name="Fabrikam Help")
    client, now = client_of(hub), timezone.now()
    sent = [
        *(article(portal_portalid=str(own.pk), portal_timestamp=stamp(now - timedelta(days=day))) for day in range(3)),
        search("boiler leaks", portal_portalid=str(own.pk), portal_resultcount=4),
        search("Boiler leaks", portal_portalid=str(own.pk), portal_resultcount=4),
        search("engineer visit", portal_portalid=str(own.pk), portal_resultcount=0),
        search("fabrikam secret", portal_portalid=str(foreign.pk), portal_contactid=PAUL),
    ]
    assert client.post(sent).json()["stored"] == len(sent)
    return SharedHub(hub, client, own, foreign)


def explorer_looks(home: Organization, other: Organization) -> list[tuple[str, str]]:
    """Pages of a hub in use, by name and address."""
    shared = shared_hub(home, other)
    now, words = timezone.now(), ("boiler leaks", "descale", "grinder noise", "invoice address", "water tank")
    own = {"portal_portalid": str(shared.own.pk)}
    many = [search(words[n % 5], **own, portal_timestamp=stamp(now - timedelta(hours=n * 25))) for n in range(24)]
    many += [article(**own, portal_timestamp=stamp(now - timedelta(hours=n * 41))) for n in range(12)]
    shared.client.post(many)
    shared.client.post(article(portal_knowledgetitle=None))
    client_of(shared.hub, "Read")
    where = f"/insights/hubs/{shared.hub.name}/"
    return [
        ("hubs", "/insights/"),
        ("hub-create", "/insights/new/"),
        ("hub-overview", where),
        ("hub-events", f"{where}events/"),
        ("hub-refused", f"{where}refused/"),
        ("hub-types", f"{where}types/"),
        ("hub-type-delete", f"{where}types/portal_search/delete/"),
        ("hub-link", f"{where}types/portal_search/link/"),
        ("hub-kpis", f"{where}kpis/"),
        ("hub-policies", f"{where}policies/"),
        ("hub-policy", f"{where}policies/RootManageSharedAccessKey/"),
        ("hub-policy-delete", f"{where}policies/Read/delete/"),
        ("hub-contact", f"{where}contacts/?id={MARIA}"),
        ("hub-erase", f"{where}contacts/erase/?id={MARIA}"),
        ("hub-settings", f"{where}settings/"),
    ]
