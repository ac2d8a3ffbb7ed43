"""The embedded shape: PostgreSQL, Valkey, Caddy and the product's processes, kept by one supervisor on one machine.

Nothing here imports Django, so that the process in the foreground stays small and the tests can start the same
services before the settings are read.
"""
