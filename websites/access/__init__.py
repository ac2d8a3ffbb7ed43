"""Who may do what with which rows: web roles and entity permissions, asked in one place."""

from websites.access.engine import Access
from websites.access.values import EntityPermission, Right, Scope, WebRole

__all__ = ["Access", "EntityPermission", "Right", "Scope", "WebRole"]
