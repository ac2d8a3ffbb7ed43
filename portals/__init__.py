"""Portals and the licences they take: catalogue, states, names and addresses, and who may see them."""
