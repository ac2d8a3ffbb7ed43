"""An invitation as its row says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from websites.access.relationships import relationship_register
from websites.objects.scene import Scene
from websites.records.reading import quoted
from websites.site.times import time_of

SET, ID = "adx_invitations", "adx_invitationid"
SINGLE, GROUP = 756150000, 756150001  # adx_type
NEW, SENT, REDEEMED, INACTIVE = 1, 756150001, 756150002, 2  # statuscode
CODE = 200  # characters
ROLES = "adx_invitation_webrole"
COLUMNS = (
    ID,
    "adx_name",
    "adx_type",
    "adx_expirydate",
    "adx_redemptions",
    "adx_maximumredemptions",
    "statecode",
    "statuscode",
    "_adx_assigntoaccount_value",
    "_adx_invitecontact_value",
    "_adx_invitercontact_value",
    "_adx_redeemedcontact_value",
    "_adx_website_value",
    "createdon",
)

relationship_register(
    "adx_account_invitation", column="_adx_assigntoaccount_value", navigation="adx_assigntoaccount", parent="account"
)


@dataclass(frozen=True)
class Invitation:
    """What a code stands for. Ids are "" where there is none."""

    id: str
    is_active: bool
    is_redeemed: bool
    expires_at: datetime | None
    redemptions: int
    most_redemptions: int | None  # None: as many as like
    account_id: str
    contact_id: str  # who is invited
    inviter_id: str
    redeemed_by: str
    role_ids: tuple[str, ...]
    etag: str = field(default="*", compare=False)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody new may still redeem it."""
        is_used = self.most_redemptions is not None and self.redemptions >= self.most_redemptions
        return self.is_active and not is_used and not (self.expires_at and self.expires_at <= now)

    def may_finish(self, contact_id: str) -> bool:
        """Whether this contact has redeemed it already: what was not done then may be done again."""
        return self.is_redeemed and bool(contact_id) and self.redeemed_by == contact_id


def invitation_find(scene: Scene, code: str) -> Invitation | None:
    """The invitation with this code, if it is one of this website."""
    if not code or len(code) > CODE or not code.isprintable():
        return None
    found = scene.rows.rows(
        SET,
        select=COLUMNS,
        filter=f"adx_invitationcode eq {quoted(code)}",
        expand=f"{ROLES}($select=adx_webroleid)",
        top=2,
    )
    rows = [row for row in found if _is_ours(scene, row)]
    return _invitation(rows[0]) if len(rows) == 1 else None


def _is_ours(scene: Scene, row: dict[str, Any]) -> bool:
    website = str(row.get("_adx_website_value") or "").lower()
    return website in {"", scene.loaded.site.website_id.lower()}


def _invitation(row: dict[str, Any]) -> Invitation:
    most = row.get("adx_maximumredemptions")
    return Invitation(
        id=str(row[ID]),
        is_active=not row.get("statecode"),
        is_redeemed=row.get("statuscode") == REDEEMED,
        expires_at=time_of(row.get("adx_expirydate")),
        redemptions=int(row.get("adx_redemptions") or 0),
        most_redemptions=1 if row.get("adx_type") == SINGLE else (int(most) if most else None),
        account_id=str(row.get("_adx_assigntoaccount_value") or ""),
        contact_id=str(row.get("_adx_invitecontact_value") or ""),
        inviter_id=str(row.get("_adx_invitercontact_value") or ""),
        redeemed_by=str(row.get("_adx_redeemedcontact_value") or ""),
        role_ids=tuple(str(role["adx_webroleid"]).lower() for role in row.get(ROLES) or ()),
        etag=str(row.get("@odata.etag") or "*"),
    )
