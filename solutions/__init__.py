"""Packages and solutions: what must be installed in an organization, in which order, and how it went."""
