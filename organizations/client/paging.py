"""Reading a table page by page, for lists that people leaf through: with the names and labels that people read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from organizations.client.session import Session
from organizations.client.values import RowsPage
from organizations.errors import OrganizationRefused, OrganizationUnavailable

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
SHOWN = f'odata.include-annotations="{FORMATTED},{LOOKUP_NAME}"'

Row = dict[str, Any]


class Paging:
    """The paging part of the client. What it reads carries its formatted values (``<column>@…FormattedValue``)."""

    session: Session

    def page(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        size: int = 25,
        after: str = "",
    ) -> RowsPage:
        """One page of a table.

        Args:
            after: ``RowsPage.next`` of the page before. It names a place in this very list only, so it may travel
                through a page's address: whoever changes it gets another place or a refusal, never another table.

        Raises:
            OrganizationUnavailable, OrganizationRefused
        """
        options = {
            "$select": ",".join(select),
            "$filter": filter,
            "$orderby": orderby,
            "$count": "true",
            "$skiptoken": after,
        }
        found = self.session.get(entity_set, options, prefer=f"odata.maxpagesize={size},{SHOWN}")
        rows, link, count = found.get("value"), found.get("@odata.nextLink"), found.get("@odata.count")
        if not isinstance(rows, list):
            raise OrganizationUnavailable(
                "The organization's answer could not be understood.", code="organizations:bad-answer"
            )
        return RowsPage(tuple(rows), _place(link), count if isinstance(count, int) and count >= 0 else None)

    def row_shown(self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = "") -> Row | None:
        """One row as people read it, or None where it does not exist."""
        try:
            options = {"$select": ",".join(select), "$expand": expand}
            return self.session.get(f"{entity_set}({id})", options, prefer=SHOWN)
        except OrganizationRefused as refused:
            if refused.status == 404:
                return None
            raise


def _place(link: object) -> str:
    """The nextLink's own $skiptoken; "" on the last page."""
    if not isinstance(link, str):
        return ""
    return next(iter(parse_qs(urlsplit(link).query).get("$skiptoken", [])), "")
