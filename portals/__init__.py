"""Portals and their licences: what a portal is, which states it may take, who may manage it."""
