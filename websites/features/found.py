"""Who may find what a feature adds to the search."""

from __future__ import annotations

from websites.access.values import Right, Scope
from websites.site.loaded import LoadedSite
from websites.site.values import Page

NEWEST = 2_000  # rows of a live table that are read for the search


def readers_of(loaded: LoadedSite, page: Page, table: str) -> tuple[frozenset[str], ...]:
    """The rules of the feature's page, and that a web role may read every row of the table."""
    may_read = frozenset(
        role_id
        for permission in loaded.site.permissions
        if permission.table == table and permission.scope is Scope.GLOBAL and Right.READ in permission.rights
        for role_id in permission.role_ids
    )
    return (*page.readers, may_read)
