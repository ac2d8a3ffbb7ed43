"""The rows of entity permissions, and what links rights to web roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solutions.content.errors import BadContent
from solutions.content.keys import SETS, Keys
from solutions.content.site_rows import ADMINISTRATORS
from solutions.content.values import ContentLink, ContentRow, Permission, SiteSource

SCOPES = {"global": 756150000, "contact": 756150001, "account": 756150002, "parent": 756150003, "self": 756150004}
RIGHTS = frozenset({"read", "write", "create", "delete", "append", "appendto"})


def permission_rows(keys: Keys, site: SiteSource) -> Iterator[ContentRow]:
    """Entity permissions, parents first.

    Raises:
        BadContent: a scope or right that does not exist.
    """
    for permission in site.permissions:
        yield keys.row("adx_entitypermission", (permission.name,), _values(keys, permission))


def _values(keys: Keys, permission: Permission) -> dict[str, Any]:
    if permission.scope not in SCOPES or set(permission.rights) - RIGHTS:
        raise BadContent(f"the permission {permission.name!r} has an unknown scope or right.")
    values: dict[str, Any] = {
        "adx_entityname": permission.name,
        "adx_entitylogicalname": permission.table,
        "adx_scope": SCOPES[permission.scope],
        **{f"adx_{right}": right in permission.rights for right in sorted(RIGHTS)},
    }
    if permission.relationship:
        values[f"adx_{permission.scope}relationship"] = permission.relationship
    if permission.parent:
        values["adx_parententitypermission@odata.bind"] = keys.to("adx_entitypermission", permission.parent)
    return values


def role_links(keys: Keys, site: SiteSource) -> Iterator[ContentLink]:
    """What the web roles get: the Administrators edit the website, others what the entity permissions say."""
    yield _to_role(keys, "adx_websiteaccess", ADMINISTRATORS, "adx_websiteaccess_webrole", ADMINISTRATORS)
    for permission in site.permissions:
        for role in permission.roles:
            yield _to_role(keys, "adx_entitypermission", permission.name, "adx_entitypermission_webrole", role)


def _to_role(keys: Keys, table: str, name: str, navigation: str, role: str) -> ContentLink:
    return ContentLink(SETS[table], keys.id(table, name), navigation, SETS["adx_webrole"], keys.id("adx_webrole", role))
