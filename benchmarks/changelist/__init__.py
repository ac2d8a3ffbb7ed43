"""The peer of the Applications tab: Django admin's own changelist over the same rows, in the same process."""
