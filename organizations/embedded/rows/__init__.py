"""Rows: reading, showing, writing, linking."""
