"""What every room stands on: errors, sealed secrets, the account, the base model. No domain word may appear here."""
