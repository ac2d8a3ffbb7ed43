"""A community portal over rows in memory: the starter content, people who are signed in, roles by name."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from portals.models import Portal
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site

PAUL = uuid.UUID("22222222-2222-4222-8222-222222222222")
MODERATOR = uuid.UUID("33333333-3333-4333-8333-333333333333")
NAMES = {MARIA: "Maria Campbell", PAUL: "Paul Cannon", MODERATOR: "Mona Moderator"}


@dataclass
class Community:
    """A portal with forums, blogs and ideas."""

    rows: RowsInMemory
    portal: Portal
    website_id: str

    def cookie(self, contact: uuid.UUID = MARIA, *roles: str, email: str = "") -> str:
        """Of somebody who is signed in, with these web roles of their own."""
        name = NAMES[contact]
        address = email or f"{name.split()[0].lower()}@example.com"
        ids = [self.named("adx_webroles", role) for role in roles]
        linked = [{"adx_webroleid": id_} for id_ in ids]
        self.rows.put("contacts", str(contact), fullname=name, emailaddress1=address, adx_webrole_contact=linked)
        return signed_in(self.portal, contact_id=contact, name=name, email=address, role_ids=ids)

    def named(self, entity_set: str, name: str) -> str:
        """The id of this website's row."""
        return next(
            id_
            for id_, row in self.rows.tables[entity_set].items()
            if name in (row.get("adx_name"), row.get("adx_entityname"))
            and row.get("_adx_websiteid_value", self.website_id) == self.website_id
        )

    def row(self, entity_set: str, name: str) -> dict[str, Any]:
        return self.rows.tables[entity_set][self.named(entity_set, name)]

    def thread(self, title: str) -> str:
        """The path of a thread of the forum *Devices* or *Getting started*."""
        id_ = self.named("adx_communityforumthreads", title)
        forum = self.rows.tables["adx_communityforumthreads"][id_]["_adx_forumid_value"]
        slug = self.rows.tables["adx_communityforums"][forum]["adx_partialurl"]
        return f"/forums/{slug}/{id_}/"

    def posts(self, title: str) -> list[str]:
        """Ids of a thread's posts, oldest first; of those of one second, in the order in which they came."""
        thread = self.named("adx_communityforumthreads", title)
        found = [
            (row["adx_date"], row["versionnumber"], id_)
            for id_, row in self.rows.tables["adx_communityforumposts"].items()
            if row["_adx_forumthreadid_value"] == thread
        ]
        return [id_ for *_, id_ in sorted(found)]


def community(rows: RowsInMemory, portal_type: str = "community") -> Community:
    """The starter content of a type with forums, opened."""
    website_id = starter_site(rows, portal_type)
    for id_, row in rows.tables.get("contacts", {}).items():
        rows.put("contacts", id_, fullname=f"{row['firstname']} {row['lastname']}")
    return Community(rows, open_portal(website_id, portal_type=portal_type), website_id)


def words(html: str) -> str:
    """A page's words, one space between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
