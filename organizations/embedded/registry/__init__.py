"""The tables an embedded organization has: one declaration for models, metadata, reading and writing."""

from organizations.embedded.registry.declaration import (
    Choice,
    Collection,
    Column,
    Key,
    Kind,
    Relationship,
    Table,
    Type,
)
from organizations.embedded.registry.tables import COLLECTIONS, LANGUAGES, RELATIONSHIPS, TABLES, TABLES_BY_SET, TITLES

__all__ = [
    "COLLECTIONS",
    "LANGUAGES",
    "RELATIONSHIPS",
    "TABLES",
    "TABLES_BY_SET",
    "TITLES",
    "Choice",
    "Collection",
    "Column",
    "Key",
    "Kind",
    "Relationship",
    "Table",
    "Type",
]
