"""Every row that the starter content of one website could ever have brought, whatever was chosen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from portals.catalog import OPTIONS_FOR_TYPE, PortalType
from portals.languages import PORTAL_LANGUAGES
from solutions.content.rows import content_rows


def universe(website_id: uuid.UUID) -> Mapping[uuid.UUID, str]:
    """Table by id, in an order in which the rows could be written."""
    return {
        row.id: row.logical_name
        for portal_type in PortalType
        for lcid in PORTAL_LANGUAGES
        for row in content_rows(
            portal_type=portal_type,
            options=OPTIONS_FOR_TYPE.get(portal_type, ()),
            lcid=lcid,
            website_id=website_id,
            website_name="",
            host="",
        )
    }
