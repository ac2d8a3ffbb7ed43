"""Cases of an embedded organization, with what was written on them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from organizations.client import organization_client
from organizations.embedded.models import rows_in
from organizations.embedded.seed import SeedContact, SeedSolution
from organizations.models import Organization
from tests.builders.organizations import MARIA, tenant_of

TIMELINE = SeedSolution("PortalTimeline", "Portal Timeline", "9.2.1.0", ("adx_portalcomment",))
CREATED = datetime(2026, 11, 22, 10, 1, tzinfo=UTC)


def contact_of(organization: Organization, person: SeedContact = MARIA) -> uuid.UUID:
    """The contactid of somebody who was seeded."""
    rows = rows_in(tenant_of(organization), "contact")
    return uuid.UUID(str(rows.values_list("contactid", flat=True).get(emailaddress1=person.email)))


def case_made(
    organization: Organization,
    title: str = "Meter shows E-14 after reset",
    *,
    created_at: datetime = CREATED,
    contact: uuid.UUID | None = None,
    account: uuid.UUID | None = None,
    **values: Any,
) -> uuid.UUID:
    """A case of Maria Campbell's, created then; of another contact's or of an account's where one is given."""
    id = uuid.uuid4()
    if account:
        customer = {"customerid_account@odata.bind": f"/accounts({account})"}
    else:
        customer = {"customerid_contact@odata.bind": f"/contacts({contact or contact_of(organization)})"}
    with organization_client(organization) as client:
        client.create("incidents", "incidentid", id, {"title": title, **customer, **values})
    rows_in(tenant_of(organization), "incident").filter(incidentid=id).update(createdon=created_at)
    return id


def comment_made(organization: Organization, case_id: uuid.UUID, text: str, *, is_incoming: bool = True) -> None:
    """A portal comment on the case."""
    values = {
        "subject": "Comment",
        "description": text,
        "adx_portalcommentdirectioncode": 1 if is_incoming else 2,
        "regardingobjectid_incident_adx_portalcomment@odata.bind": f"/incidents({case_id})",
    }
    with organization_client(organization) as client:
        client.upsert("adx_portalcomments", uuid.uuid4(), values)
