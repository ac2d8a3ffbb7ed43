"""The API of custom domains and certificates."""
