"""The tables an embedded organization has: one declaration for models, metadata, reading and writing."""

from organizations.embedded.registry.declaration import (
    Choice,
    Column,
    Kind,
    Relationship,
    Table,
    Type,
)
from organizations.embedded.registry.tables import LANGUAGES, RELATIONSHIPS, TABLES, TABLES_BY_SET

__all__ = [
    "LANGUAGES",
    "RELATIONSHIPS",
    "TABLES",
    "TABLES_BY_SET",
    "Choice",
    "Column",
    "Kind",
    "Relationship",
    "Table",
    "Type",
]
