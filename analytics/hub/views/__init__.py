"""Handlers: each answers one address of a hub, once the call's token is judged."""
