"""Following what changes in a table (change tracking): everything first, then only what is new since a delta link."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from organizations.client.exchange import SLOW
from organizations.client.session import Session
from organizations.client.values import Changes
from organizations.errors import OrganizationRefused, OrganizationUnavailable

DELETED = "/$deletedEntity"
EXPIRED = "0x80044352"


class Tracking:
    """The change tracking part of the client."""

    session: Session

    def changes(self, entity_set: str, *, select: Sequence[str] = (), since: str = "") -> Changes:
        """What was created, changed or deleted.

        Args:
            select: columns; none are all.
            since: ``Changes.link`` of the last time; "" gives every row. A link keeps its own columns.

        Raises:
            OrganizationRefused: ``organizations:delta-expired``: the link is too old (seven days), begin anew.
        """
        changed: list[dict[str, Any]] = []
        deleted: list[uuid.UUID] = []
        link = since or self.session.url(entity_set, {"$select": ",".join(select)})
        while True:
            page = self._page(link)
            for row in page.get("value") or []:
                if str(row.get("@odata.context", "")).endswith(DELETED):
                    deleted.append(uuid.UUID(row["id"]))
                else:
                    changed.append(row)
            if "@odata.deltaLink" in page:
                return Changes(tuple(changed), tuple(deleted), str(page["@odata.deltaLink"]))
            link = str(page.get("@odata.nextLink") or "")
            if not link:
                raise OrganizationUnavailable(
                    "The organization's answer could not be understood.", code="organizations:bad-answer"
                )

    def _page(self, link: str) -> dict[str, Any]:
        try:
            return self.session.get(link, prefer="odata.track-changes", limits=SLOW)
        except OrganizationRefused as refused:
            if refused.status != 410 and refused.service_code.lower() != EXPIRED:
                raise
            raise OrganizationRefused(
                "The delta link is too old; everything must be read anew.",
                code="organizations:delta-expired",
                service_code=refused.service_code,
                service_text=refused.service_text,
                status=refused.status,
            ) from refused
