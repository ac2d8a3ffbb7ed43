"""One place that answers: may this visitor read, write, create, delete this row, and which rows are there for them?

As in the product line, rights add up over a visitor's web roles; without a permission there is nothing. What a page
lists is narrowed by :meth:`Access.filter` in the organization's own query, so that nothing else ever leaves it; what a
visitor sends is checked by :meth:`Access.may` against the row that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from websites.access.relationships import RELATIONSHIPS, relationship_of
from websites.access.values import EntityPermission, Right, Scope, WebRole
from websites.visitors.values import Visitor

Row = Mapping[str, Any]
DEEPEST = 5  # parents of parents


class Access:
    """What one visitor may do at one site.

    Args:
        roles: the site's web roles.
        permissions: the site's entity permissions.
        visitor: None for somebody who is not signed in.
    """

    def __init__(
        self, *, roles: Iterable[WebRole], permissions: Iterable[EntityPermission], visitor: Visitor | None
    ) -> None:
        self._all = tuple(permissions)
        self._visitor = visitor
        self.role_ids = _role_ids(roles, visitor)

    def has_role(self, role_ids: Iterable[str]) -> bool:
        return not self.role_ids.isdisjoint(role_ids)

    def filter(self, table: str, right: Right = Right.READ) -> str | None:
        """OData filter of the rows of ``table`` for which the visitor has ``right``; "" for all, None for none."""
        terms = [self._term(granted) for granted in self._granting(table, right)]
        if "" in terms:
            return ""
        known = sorted({term for term in terms if term})
        return "(" + " or ".join(known) + ")" if known else None

    def may(self, table: str, right: Right, row: Row | None = None) -> bool:
        """Whether the visitor has ``right`` for ``row``, a row as the Web API gives it (id and lookups included).

        Args:
            row: None asks whether there is any such row: enough for showing a button, never for doing something.
        """
        granted = self._granting(table, right)
        return bool(granted) if row is None else any(self._holds(permission, row) for permission in granted)

    def may_beneath(self, table: str, right: Right, parent: str) -> bool:
        """Whether the visitor may have ``right`` for rows of ``table`` that hang on rows of ``parent``.

        Enough for showing a field, never for doing something.
        """
        return any(
            permission.scope is Scope.GLOBAL or relationship_of(permission.relationship)[2] == parent
            for permission in self._granting(table, right)
        )

    def _granting(self, table: str, right: Right) -> list[EntityPermission]:
        return [
            permission
            for permission in self._all
            if permission.table == table and right in permission.rights and self.has_role(permission.role_ids)
        ]

    def _term(self, permission: EntityPermission, depth: int = 0, path: str = "") -> str | None:
        """The filter of one permission; ``path`` leads from the listed table to the permission's, "a/b/"."""
        if permission.scope is Scope.GLOBAL:
            return ""
        if permission.scope is Scope.SELF:
            return self._equals(f"{path}contactid", self._contact_id) if permission.table == "contact" else None
        column, navigation, parent = RELATIONSHIPS.get(permission.relationship, ("", "", ""))
        if not column:
            return None
        match permission.scope:
            case Scope.CONTACT:
                return self._equals(f"{path}{column}", self._contact_id)
            case Scope.ACCOUNT:
                return self._equals(f"{path}{column}", self._account_id)
        above = self._parent(permission, parent)
        term = self._term(above, depth + 1, f"{path}{navigation}/") if above and depth < DEEPEST else None
        # Every parent of that table is not every row: others may lead to rows of other tables.
        return f"{path}{navigation}/{parent}id ne null" if term == "" else term

    def _holds(self, permission: EntityPermission, row: Row) -> bool:
        if permission.scope is Scope.GLOBAL:
            return True
        if permission.scope is Scope.SELF:
            return permission.table == "contact" and _is(row.get("contactid"), self._contact_id)
        column, navigation, parent = relationship_of(permission.relationship)
        match permission.scope:
            case Scope.CONTACT:
                return _is(row.get(column), self._contact_id)
            case Scope.ACCOUNT:
                return _is(row.get(column), self._account_id)
        above = self._parent(permission, parent)
        parent_row = row.get(navigation)  # read with $expand by whoever asks
        return above is not None and isinstance(parent_row, Mapping) and self._holds(above, parent_row)

    def _parent(self, permission: EntityPermission, table: str) -> EntityPermission | None:
        found = next((other for other in self._all if other.id == permission.parent_id), None)
        return found if found is not None and found.table == table else None

    def _equals(self, path: str, value: str) -> str | None:
        return f"{path} eq {value}" if value else None

    @property
    def _contact_id(self) -> str:
        return self._visitor.contact_id if self._visitor else ""

    @property
    def _account_id(self) -> str:
        return self._visitor.account_id if self._visitor else ""


def _role_ids(roles: Iterable[WebRole], visitor: Visitor | None) -> frozenset[str]:
    if visitor is None:
        return frozenset(role.id for role in roles if role.is_anonymous)
    own = {role.id for role in roles if role.is_authenticated or role.id in visitor.role_ids}
    return frozenset(own)


def _is(value: object, id_: str) -> bool:
    return bool(id_) and str(value or "").lower() == id_.lower()
