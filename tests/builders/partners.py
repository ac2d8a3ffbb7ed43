"""A partner portal with its starter content in memory: two companies, their people and business."""

from __future__ import annotations

import uuid
from typing import Any

from portals.catalog import OPTIONS_FOR_TYPE, PortalType
from portals.models import Portal
from solutions.content.keys import Keys
from solutions.content.rows import content_links
from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site

NEW, ACCEPTED, IN_PROGRESS = 100000001, 100000003, 1
ADMINISTRATOR, MANAGER, SELLER = "Partner administrator", "Partner manager", "Partner seller"


def site_links(rows: RowsInMemory, website_id: str, portal_type: PortalType) -> None:
    """Give the starter content's entity permissions their web roles."""
    options = OPTIONS_FOR_TYPE.get(portal_type, ())
    for link in content_links(portal_type=portal_type, options=options, lcid=1033, website_id=uuid.UUID(website_id)):
        rows.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)


class PartnerSite:
    """A partner portal with both options. ``sun`` and ``moon`` are partner companies; ids are texts."""

    def __init__(self, rows: RowsInMemory) -> None:
        self.rows = rows
        options = OPTIONS_FOR_TYPE[PortalType.PARTNER]
        self.website_id = starter_site(rows, "partner", name="Contoso Partners", options=options)
        site_links(rows, self.website_id, PortalType.PARTNER)
        self.portal: Portal | None = None
        self.sun = self.company("Sun Solutions")
        self.moon = self.company("Moon Makers")
        self.ada = self.person("Ada", "Admin", self.sun)
        self.mia = self.person("Mia", "Manager", self.sun)
        self.sam = self.person("Sam", "Seller", self.sun)
        self.max = self.person("Max", "Moon", self.moon)
        self.customer = self.company("Fourth Coffee", _msa_managingpartnerid_value=self.sun)
        self.foreign = self.company("Blue Yonder", _msa_managingpartnerid_value=self.moon)

    def opened(self) -> Portal:
        """The portal, open to visitors."""
        self.portal = open_portal(self.website_id, portal_type="partner", name="Contoso Partners")
        return self.portal

    def role(self, name: str) -> str:
        return str(Keys(uuid.UUID(self.website_id), 1033).id("adx_webrole", name))

    def as_(self, contact: str, *roles: str, company: str | None = None) -> str:
        """Sign in; the request's Cookie header."""
        assert self.portal is not None
        row = self.rows.tables["contacts"][contact]
        parent = row["_parentcustomerid_value"] if company is None else company
        return signed_in(
            self.portal,
            contact_id=uuid.UUID(contact),
            account_id=uuid.UUID(parent) if parent else None,
            name=row["fullname"],
            email=row["emailaddress1"],
            role_ids=[self.role(name) for name in roles],
        )

    # --- Rows

    def company(self, name: str, **values: Any) -> str:
        return self.rows.put("accounts", str(uuid.uuid4()), name=name, **values)

    def person(self, first: str, last: str, company: str, **values: Any) -> str:
        found = {
            "fullname": f"{first} {last}",
            "firstname": first,
            "lastname": last,
            "_parentcustomerid_value": company,
        }
        found |= {"emailaddress1": f"{first.lower()}@example.com", **values}
        return self.rows.put("contacts", str(uuid.uuid4()), **found)

    def opportunity(self, name: str, *, company: str = "", seller: str = "", status: int = NEW, **values: Any) -> str:
        found: dict[str, Any] = {"name": name, "statuscode": status, "statecode": 0, "estimatedvalue": 12500.5}
        found |= {"_msa_partnerid_value": company or self.sun, "_msa_partneroppid_value": seller or None}
        found |= {"_customerid_value": self.customer, "modifiedon": "2026-11-20T08:00:00Z", **values}
        return self.rows.put("opportunities", str(uuid.uuid4()), **found)

    def row(self, entity_set: str, id: str) -> dict[str, Any]:
        return self.rows.tables[entity_set][id]

    def notes(self, opportunity: str) -> list[str]:
        found = self.rows.tables.get("adx_opportunitynotes", {}).values()
        return [str(row["adx_name"]) for row in found if row["_adx_opportunityid_value"] == opportunity]
