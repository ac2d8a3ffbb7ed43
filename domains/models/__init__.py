"""Rows of the domains room."""

from domains.models.hostname import Hostname

__all__ = ["Hostname"]
