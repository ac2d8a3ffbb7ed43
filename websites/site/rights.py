"""Web roles and entity permissions of a site's rows."""

from __future__ import annotations

from websites.access.values import EntityPermission, Right, Scope, WebRole
from websites.site.rows import Row, SiteRows

_RELATIONSHIP = {
    Scope.CONTACT: "adx_contactrelationship",
    Scope.ACCOUNT: "adx_accountrelationship",
    Scope.PARENT: "adx_parentrelationship",
}


def web_roles_of(rows: SiteRows) -> tuple[WebRole, ...]:
    return tuple(
        WebRole(
            id=str(row["adx_webroleid"]).lower(),
            name=str(row["adx_name"] or ""),
            is_authenticated=bool(row["adx_authenticatedusersrole"]),
            is_anonymous=bool(row["adx_anonymoususersrole"]),
        )
        for row in rows.of("adx_webroles")
    )


def permissions_of(rows: SiteRows) -> tuple[EntityPermission, ...]:
    """Those with a scope that is known; another one grants nothing."""
    return tuple(_permission(row) for row in rows.of("adx_entitypermissions") if row["adx_scope"] in set(Scope))


def _permission(row: Row) -> EntityPermission:
    scope = Scope(row["adx_scope"])
    return EntityPermission(
        id=str(row["adx_entitypermissionid"]).lower(),
        table=str(row["adx_entitylogicalname"] or "").lower(),
        scope=scope,
        rights=frozenset(right for right in Right if row[right.value]),
        role_ids=frozenset(row["adx_entitypermission_webrole"]),
        relationship=str(row.get(_RELATIONSHIP.get(scope, "")) or ""),
        parent_id=str(row["_adx_parententitypermission_value"] or "").lower(),
    )
