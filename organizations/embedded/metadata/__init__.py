"""Table definitions, read-only: tables, columns, keys and relationships as the platform's metadata describes them."""
