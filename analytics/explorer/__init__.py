"""The hub explorer: what is in an embedded Customer Insights hub, as pages for its administrators.

A hub may be shared by portals of several organizations. Everything here is asked of ``analytics.hub.services``, which
shows the events of those portals alone that the reader may manage.
"""
