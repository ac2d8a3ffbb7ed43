"""The website record and its administrator: what makes of imported content a website that visitors can be shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from operations.workflow import Done
from organizations.errors import OrganizationRefused
from organizations.ports import OrganizationApi, Row
from solutions.content.keys import SHARED, Keys, bind, content_id
from solutions.content.site_rows import ACTIVE, ADMINISTRATORS
from solutions.errors import ContentRefused

_LOOKUPS = ("adx_defaultlanguage", "adx_headerwebtemplateid", "adx_footerwebtemplateid")
_COLUMNS = ("adx_name", "adx_primarydomainname", "adx_website_language")

Log = Callable[[str], None]


@dataclass(frozen=True)
class Administrator:
    """The portal administrator: a user of the organization (``id`` is the systemuserid)."""

    id: uuid.UUID
    name: str
    email: str


@dataclass(frozen=True)
class Website:
    """What the website record must say."""

    keys: Keys
    name: str
    host: str

    def ensure(self, client: OrganizationApi, log: Log) -> Done:
        """Make it so and active. Raises ContentRefused, or OrganizationUnavailable where it may pass."""
        if self._is_so(client):
            return Done(message=f"The website record {self.name} is active already.", skipped=True)
        try:
            client.upsert("adx_websites", self.keys.website_id, self._values() | self._binds() | ACTIVE)
        except OrganizationRefused as refused:
            text = refused.service_text or refused.message
            raise ContentRefused("adx_website", service_code=refused.service_code, text=text) from refused
        if not self._is_so(client):
            raise ContentRefused("adx_website", text="The website record is not as it was written.")
        log(f"The website record {self.name} is active for {self.host}.")
        return Done(
            message=f"The website record {self.name} is active.", output={"website_id": str(self.keys.website_id)}
        )

    def _is_so(self, client: OrganizationApi) -> bool:
        columns = (*_COLUMNS, *(f"_{lookup}_value" for lookup in _LOOKUPS), "statecode")
        row = client.row("adx_websites", self.keys.website_id, select=columns)
        return row is not None and row.get("statecode") == 0 and self._says_so(row)

    def _says_so(self, row: Row) -> bool:
        values = all(row.get(column) == value for column, value in self._values().items())
        wanted = zip(_LOOKUPS, self._targets(), strict=True)
        return values and all(str(row.get(f"_{lookup}_value")) == str(target) for lookup, (_, target) in wanted)

    def _values(self) -> dict[str, Any]:
        return dict(zip(_COLUMNS, (self.name, self.host, self.keys.lcid), strict=True))

    def _targets(self) -> tuple[tuple[str, uuid.UUID], ...]:
        return (
            ("adx_websitelanguage", self.keys.language_id),
            ("adx_webtemplate", self.keys.id("adx_webtemplate", "Header")),
            ("adx_webtemplate", self.keys.id("adx_webtemplate", "Footer")),
        )

    def _binds(self) -> dict[str, Any]:
        navigations = ("adx_DefaultLanguage", "adx_headerwebtemplateid", "adx_footerwebtemplateid")
        pairs = zip(navigations, self._targets(), strict=True)
        return {f"{navigation}@odata.bind": bind(table, row_id) for navigation, (table, row_id) in pairs}


# Web roles of the partner portal and its options that the portal's administrator gets too
FURTHER = ("Partner administrator", "FS Customer Approver", "PSA Customer Approver")


@dataclass(frozen=True)
class Appointment:
    """The administrator's contact and its web role on one website."""

    website_id: uuid.UUID
    administrator: Administrator

    def ensure(self, client: OrganizationApi, log: Log) -> Done:
        """Make it so. Raises ContentRefused, or OrganizationUnavailable where it may pass."""
        contact = self._contact(client)
        if contact is not None and self._holds_role(client, contact):
            return Done(message=f"{self.administrator.name} administers the website already.", skipped=True)
        try:
            contact = contact or self._contact_make(client, log)
            for role in (*self._further_roles(client), self._role):
                client.associate("adx_webroles", role, "adx_webrole_contact", "contacts", contact)
        except OrganizationRefused as refused:
            text = refused.service_text or refused.message
            raise ContentRefused("contact", service_code=refused.service_code, text=text) from refused
        if not self._holds_role(client, contact):
            raise ContentRefused("contact", text=f"The web role {ADMINISTRATORS} was not kept.")
        log(f"{self.administrator.name} holds the web role {ADMINISTRATORS}.")
        return Done(message=f"{self.administrator.name} administers the website.", output={"contact_id": str(contact)})

    def _further_roles(self, client: OrganizationApi) -> list[uuid.UUID]:
        """Roles that the first of a partner portal's people needs, who invites the others."""
        ids = {content_id(self.website_id, "adx_webrole", name) for name in FURTHER}
        filter = f"_adx_websiteid_value eq {self.website_id}"
        rows = client.rows("adx_webroles", select=("adx_webroleid",), filter=filter)
        return sorted(ids & {uuid.UUID(str(row["adx_webroleid"])) for row in rows})

    @property
    def _role(self) -> uuid.UUID:
        return content_id(self.website_id, "adx_webrole", ADMINISTRATORS)

    def _contact(self, client: OrganizationApi) -> uuid.UUID | None:
        """The contact with the administrator's e-mail address (the oldest one), or the one that we made."""
        if self.administrator.email:
            quoted = self.administrator.email.replace("'", "''")
            filter = f"emailaddress1 eq '{quoted}' and statecode eq 0"
            oldest = client.rows("contacts", select=("contactid",), filter=filter, orderby="createdon", top=1)
            for row in oldest:
                return uuid.UUID(str(row["contactid"]))
        return self._ours if client.row("contacts", self._ours, select=("contactid",)) else None

    @property
    def _ours(self) -> uuid.UUID:
        return content_id(SHARED, "contact", str(self.administrator.id))

    def _contact_make(self, client: OrganizationApi, log: Log) -> uuid.UUID:
        first, _, last = self.administrator.name.rpartition(" ")
        values = {"firstname": first, "lastname": last, "emailaddress1": self.administrator.email or None}
        client.upsert("contacts", self._ours, values)
        log(f"Made the contact {self.administrator.name}.")
        return self._ours

    def _holds_role(self, client: OrganizationApi, contact: uuid.UUID) -> bool:
        row = client.row(
            "adx_webroles", self._role, select=("adx_webroleid",), expand="adx_webrole_contact($select=contactid)"
        )
        holders = row.get("adx_webrole_contact", []) if row else []
        return any(str(holder["contactid"]) == str(contact) for holder in holders)
