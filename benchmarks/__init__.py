"""Measurements side by side: each module prints figures and ratios; none passes or fails on a time."""
