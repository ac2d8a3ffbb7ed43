"""The way of an interaction into the database: a line in a file first, a row soon after.

Why so: docs/explanation/analytics.md.
"""
