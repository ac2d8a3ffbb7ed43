"""Pages of custom domains and certificates."""
