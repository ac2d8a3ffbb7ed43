"""A portal's starter content in an embedded organization, written at once: the runtime against the real wire format."""

from __future__ import annotations

import uuid
from itertools import groupby

from organizations.client import organization_client
from organizations.embedded.registry import TABLES
from organizations.embedded.registry.declaration import Kind
from organizations.embedded.seed import SeedSolution
from organizations.models import Organization
from portals.models import Portal
from solutions.content import Shared, content_links, content_rows
from solutions.content.keys import SETS
from tests.builders.websites import open_portal

PORTAL_TABLES = SeedSolution(
    "PortalTables", "Portal tables", "9.0", tuple(name for name, table in TABLES.items() if table.kind is Kind.PORTAL)
)


def portal_in(organization: Organization, portal_type: str = "customer_self_service", *, lcid: int = 1033) -> Portal:
    """An open portal whose website is in the organization, which has :data:`PORTAL_TABLES`."""
    website_id = uuid.uuid4()
    with organization_client(organization) as client:
        locale = next(client.rows("languagelocale", select=("languagelocaleid",), filter=f"localeid eq {lcid}"))
        rows = content_rows(
            portal_type=portal_type,
            options=(),
            lcid=lcid,
            website_id=website_id,
            website_name="Contoso Support",
            host="support.portals.localhost",
            shared=Shared(language_locale_id=uuid.UUID(locale["languagelocaleid"])),
        )
        for table, group in groupby(rows, key=lambda row: row.logical_name):
            client.upsert_many(SETS[table], table, [(row.id, row.values) for row in group])
        for link in content_links(portal_type=portal_type, options=(), lcid=lcid, website_id=website_id):
            client.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)
        client.upsert("adx_websites", website_id, {"statecode": 0, "statuscode": 1})
    return open_portal(str(website_id), organization=organization, portal_type=portal_type, language=lcid)
