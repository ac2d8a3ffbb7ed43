"""Web roles and entity permissions of a site, as read from its rows (adx_webrole, adx_entitypermission)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Right(Enum):
    """What may be done with a row; the value is the column of adx_entitypermission that grants it."""

    READ = "adx_read"
    WRITE = "adx_write"
    CREATE = "adx_create"
    DELETE = "adx_delete"
    APPEND = "adx_append"
    APPEND_TO = "adx_appendto"


class Scope(IntEnum):
    """Of which rows (adx_entitypermission.adx_scope)."""

    GLOBAL = 756150000
    CONTACT = 756150001
    ACCOUNT = 756150002
    PARENT = 756150003
    SELF = 756150004


@dataclass(frozen=True)
class WebRole:
    """A web role: ``is_authenticated`` for all who are signed in, ``is_anonymous`` for all others."""

    id: str
    name: str
    is_authenticated: bool = False
    is_anonymous: bool = False


@dataclass(frozen=True)
class EntityPermission:
    """What the roles ``role_ids`` may do with rows of ``table``.

    Args:
        table: logical name, "incident".
        relationship: schema name of the relationship to the contact, the account or the parent row, by scope.
        parent_id: the permission that the parent's rows come from, for :attr:`Scope.PARENT`.
    """

    id: str
    table: str
    scope: Scope
    rights: frozenset[Right]
    role_ids: frozenset[str]
    relationship: str = ""
    parent_id: str = ""
