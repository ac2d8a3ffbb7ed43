"""The frame every room's api.py stands in: strict input, cursor paging, idempotent POST. No domain word in here."""
