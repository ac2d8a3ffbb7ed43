"""Pages that show several nouns at once: the Applications tab, the portal page, the account, errors."""
