"""Reading: who we are, languages, users with their roles, rows of any table."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from organizations.client.exchange import NOT_MODIFIED, SLOW
from organizations.client.paths import by_key
from organizations.client.session import Session
from organizations.client.values import SystemUser, WhoAmI
from organizations.errors import OrganizationRefused, OrganizationUnavailable

Row = dict[str, Any]
ROW_MISSING = frozenset({"0x80040217", "0x80060891"})  # by id, by alternate key
USERS = {
    "$select": "fullname,internalemailaddress,isdisabled",
    "$expand": "systemuserroles_association($select=name,_roletemplateid_value)",
    "$filter": "applicationid eq null",
}


class Reading:
    """The reading half of the client."""

    session: Session

    def who_am_i(self) -> WhoAmI:
        found = self.session.get("WhoAmI")
        return WhoAmI(
            user_id=_guid(found, "UserId"),
            business_unit_id=_guid(found, "BusinessUnitId"),
            organization_id=_guid(found, "OrganizationId"),
        )

    def base_language(self) -> int:
        """The LCID of the organization's base language."""
        for row in self.rows("organizations", select=["languagecode"]):
            return _whole(row.get("languagecode"))
        raise _odd()

    def provisioned_languages(self) -> list[int]:
        """The LCIDs of the languages that are activated."""
        found = self.session.get("RetrieveProvisionedLanguages()").get("RetrieveProvisionedLanguages")
        if not isinstance(found, list):
            raise _odd()
        return sorted(_whole(lcid) for lcid in found)

    def installed_language_packs(self) -> list[int]:
        """The LCIDs whose texts are there and can be activated; says nothing about which ones are activated."""
        found = self.session.get("RetrieveInstalledLanguagePacks()").get("RetrieveInstalledLanguagePacks")
        if not isinstance(found, list):
            raise _odd()
        return sorted(_whole(lcid) for lcid in found)

    def version(self) -> str:
        """The version of the organization's software, such as ``9.2.26093.160``."""
        return str(self.session.get("RetrieveVersion()").get("Version") or "")

    def users_with_roles(self) -> list[SystemUser]:
        """People (no application users) with the roles they hold."""
        return [_user(row) for row in self._walk("systemusers", USERS)]

    def rows(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int | None = None,
    ) -> Iterator[Row]:
        """The rows of a table, page after page (nextLink); options as in the Web API's URL, unencoded."""
        options = {
            "$select": ",".join(select),
            "$filter": filter,
            "$orderby": orderby,
            "$expand": expand,
            "$top": "" if top is None else str(top),
        }
        return self._walk(entity_set, options)

    def counted(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int,
    ) -> tuple[int, list[Row]]:
        """The first ``top`` rows, and how many there are in all; the Web API counts to 5,000."""
        options = {
            "$select": ",".join(select),
            "$filter": filter,
            "$orderby": orderby,
            "$expand": expand,
            "$top": str(top),
            "$count": "true",
        }
        page = self.session.get(entity_set, options, limits=SLOW)
        return _whole(page.get("@odata.count")), _list_of(page)

    def row(self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = "") -> Row | None:
        """One row, or None where it does not exist."""
        return self._one(f"{entity_set}({id})", {"$select": ",".join(select), "$expand": expand})

    def row_by_key(
        self, entity_set: str, key: Mapping[str, Any], *, select: Sequence[str] = (), expand: str = ""
    ) -> Row | None:
        """As :meth:`row` by an alternate key, such as ``{"accountnumber": "A-1"}``."""
        return self._one(by_key(entity_set, key), {"$select": ",".join(select), "$expand": expand})

    def row_if_changed(self, entity_set: str, id: uuid.UUID, etag: str, *, select: Sequence[str] = ()) -> Row | None:
        """The row, or None where it still is the version that ``etag`` (``@odata.etag``) names.

        Raises:
            OrganizationRefused: 404, it does not exist any more.
        """
        url = self.session.url(f"{entity_set}({id})", {"$select": ",".join(select)})
        answer = self.session.send("GET", url, headers={"If-None-Match": etag}, repeatable=True)
        return None if answer.status == NOT_MODIFIED else answer.json()

    def _one(self, path: str, options: dict[str, str]) -> Row | None:
        try:
            return self.session.get(path, options)
        except OrganizationRefused as refused:
            if refused.status == 404 and refused.service_code.lower() in ROW_MISSING:
                return None
            raise

    def _walk(self, path: str, options: dict[str, str]) -> Iterator[Row]:
        page = self.session.get(path, options, limits=SLOW)
        while True:
            yield from _list_of(page)
            link = page.get("@odata.nextLink")
            if not isinstance(link, str):
                return
            page = self.session.get(link, limits=SLOW)


def _list_of(page: Row) -> list[Row]:
    found = page.get("value")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _odd()
    return found


def _user(row: Row) -> SystemUser:
    roles = row.get("systemuserroles_association") or []
    return SystemUser(
        id=_guid(row, "systemuserid"),
        name=row.get("fullname") or "",
        email=row.get("internalemailaddress") or "",
        is_disabled=bool(row.get("isdisabled")),
        role_template_ids=frozenset(
            uuid.UUID(role["_roletemplateid_value"]) for role in roles if role.get("_roletemplateid_value")
        ),
        role_names=tuple(sorted(role.get("name") or "" for role in roles)),
    )


def _guid(row: Row, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(row[name])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise _odd() from wrong


def _whole(found: object) -> int:
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise _odd()


def _odd() -> OrganizationUnavailable:
    return OrganizationUnavailable(
        "The organization's answer could not be understood.", code="organizations:bad-answer"
    )
