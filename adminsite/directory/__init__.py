"""The visitors' directory: the administration center as OpenID provider of the portals (OpenID Connect Core 1.0)."""
