"""A hub's model: its interaction types, profile types, links and the rest, however the wish to change it came in."""
